package dev.psyne.net;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/** The sending side of one WebSocket (RFC 6455). Any thread may call; messages leave in the order of the calls. */
public interface WebSocketConnection {
    /** Status of a normal end, for {@link #close}. */
    int NORMAL = 1000;

    /** Status for a peer that broke a rule of the protocol spoken over this WebSocket. */
    int POLICY_VIOLATION = 1008;

    /**
     * The head of the opening handshake, until {@link WebSocketHandler#open} has returned.
     *
     * @throws IllegalStateException after that
     */
    HttpHead request();

    /**
     * Sends one binary message, at once. While the peer reads slower than we send, the calling fiber or thread waits. The array
     * belongs to the connection from here on.
     *
     * @throws ConnectionClosedException if the connection is closed, or the wait was interrupted (the flag stays set)
     */
    void send(byte[] binary);

    /** Sends binary messages as {@link #send(byte[])} does, with one flush for all. */
    void send(List<byte[]> binaries);

    /**
     * Sends one binary message of {@code bytes} if the connection takes it now, and never waits. What is sent in one turn of an
     * event loop leaves with one flush.
     *
     * @param writer writes the message into the connection's own buffer, during this call; if it throws, nothing is sent
     * @return false if the caller would have to wait; the writer was not asked then
     * @throws ConnectionClosedException if the connection is closed
     */
    boolean trySend(int bytes, Consumer<MemorySegment> writer);

    /**
     * Asks for {@link WebSocketListener#onWritable}: once, soon if the connection takes more now, otherwise when it does. Never
     * waits; there is no answer if the connection is closed.
     */
    void awaitWritable();

    /** Sends one text message as {@link #send(byte[])} sends a binary one. */
    void sendText(String text);

    /**
     * Closes with a status and a reason, which is cut at 123 bytes. Closing again does nothing.
     *
     * @throws IllegalArgumentException for a status that may not be sent (RFC 6455, section 7.4)
     */
    void close(int code, String reason);

    boolean isOpen();

    /** Bytes that were sent and that the socket has not taken yet. */
    long queuedBytes();
}
