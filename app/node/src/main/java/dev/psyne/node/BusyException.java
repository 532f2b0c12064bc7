package dev.psyne.node;

/** The node has as much work as it accepts; the caller may try again after the time it names. */
final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int RETRY_AFTER_SECONDS = 1;

    BusyException(String message) {
        super(message, null, false, false);
    }

    int retryAfterSeconds() {
        return RETRY_AFTER_SECONDS;
    }
}
