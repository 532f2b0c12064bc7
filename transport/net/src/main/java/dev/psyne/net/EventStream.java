package dev.psyne.net;

/**
 * Server-sent events to one client (WHATWG HTML, section 9.2). Used by one thread at a time.
 */
public interface EventStream extends AutoCloseable {
    /**
     * Sends one event; each line of {@code data} becomes a {@code data:} line. Goes out at once. While the client reads slower
     * than we send, the calling fiber or thread waits; an interrupt ends the wait and the stream and stays set.
     *
     * @return false once the stream is closed, by either side
     */
    boolean send(String data);

    boolean isOpen();

    /** Ends the stream; what was sent still arrives. Closing again does nothing. */
    @Override
    void close();
}
