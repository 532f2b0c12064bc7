package dev.psyne.net;

/**
 * The body of a response that is sent as it comes into being (RFC 9112, section 7.1). Used by one thread at a time.
 */
public interface ByteStream extends AutoCloseable {
    /**
     * Sends bytes at once; the array belongs to the stream from here on. While the client reads slower than we send, the
     * calling fiber or thread waits; an interrupt ends the wait and the stream and stays set.
     *
     * @return false once the stream is closed, by either side
     */
    boolean send(byte[] bytes);

    boolean isOpen();

    /** Ends the body; what was sent still arrives. Closing again does nothing. */
    @Override
    void close();
}
