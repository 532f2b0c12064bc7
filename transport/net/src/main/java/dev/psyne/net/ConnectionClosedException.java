package dev.psyne.net;

/** The connection is closed: what was to be sent will not arrive. Its owner should stop working for it. */
public final class ConnectionClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was closed, and what will not arrive */
    public ConnectionClosedException(String message) {
        super(message);
    }
}
