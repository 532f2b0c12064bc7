package dev.psyne.node;

/** The node has as much work as it accepts; the caller may try again in a second. */
final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException(String message) {
        super(message, null, false, false);
    }
}
