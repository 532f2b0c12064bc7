package dev.psyne.rpc.internal.wire;

/** Takes what a {@link FrameReader} has read, on the thread that reads. Must not wait. */
public interface MessageSink {
    /** A whole message, to be read or kept during the call. */
    void message(ReceivedMessage message) throws ProtocolException;

    /**
     * Whether a message of which the first part has come is to be put together; the parts of others are passed over, and nobody
     * is told.
     */
    default boolean wants(FrameKind kind, int stream) {
        return true;
    }

    /** A message that there was no memory for; its bytes have been passed over. */
    void refused(FrameKind kind, int stream, int totalBytes) throws ProtocolException;
}
