package dev.psyne.rpc;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A connection that keeps binary messages whole and in order, such as a WebSocket, for {@link RpcNode#accept}. Whoever owns it
 * tells {@link Events} what comes. Nothing here waits.
 *
 * <p>One message carries one or more whole frames of psyne.v2 (docs/protocol-v2.md).
 */
public interface MessageSocket {
    /** Status of an end without a fault (RFC 6455, section 7.4.1). */
    int NORMAL = 1000;

    /** Status for a peer that broke a rule of the protocol. */
    int PROTOCOL_ERROR = 1002;

    /** Asks for {@link Events#writable}: once, soon if more can be sent now, otherwise when it can. Any thread may call. */
    void awaitWritable();

    /**
     * Sends one message if it is taken now. Called within {@link Events#writable} only.
     *
     * @param writer writes the message's {@code bytes} during this call; it is not asked if the message is not taken
     * @return false if the caller is to wait
     * @throws IOException if the connection has ended
     */
    boolean trySend(int bytes, Consumer<MemorySegment> writer) throws IOException;

    /** Ends the connection behind what was sent, with a status and a reason for people. Any thread may call; again does nothing. */
    void close(int status, String reason);

    /** Who is at the other end, for messages to people. */
    String peer();

    /**
     * What the owner of a socket tells. {@code received} and {@code closed} come one at a time, from whatever threads; so do
     * the calls of {@code writable}, which may come at the same time as those.
     */
    interface Events {
        /**
         * The next bytes of a message.
         *
         * @param bytes read during this call only
         * @param last whether the message ends here
         */
        void received(MemorySegment bytes, boolean last);

        /** The socket takes more, which was asked for. */
        void writable();

        /** The connection has ended; the last event, and it always comes. */
        void closed();
    }
}
