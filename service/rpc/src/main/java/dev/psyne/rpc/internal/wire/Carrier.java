package dev.psyne.rpc.internal.wire;

/** What takes a connection's messages to its peer. Any thread may call; nothing waits. */
public interface Carrier {
    /** Sends a message, or drops it if the connection has ended. */
    void send(OutgoingMessage message);

    /** Bytes that were given and have not left yet. */
    long waitingBytes();

    /** Ends the connection when what was sent before has left, or cannot any more. */
    void close();

    /** What has come so far of messages on a stream is not wanted: its call is over. To be said when the call is no longer known. */
    default void forget(int stream) {}

    /** The peer, for messages to people. */
    String peer();
}
