package dev.psyne.node;

/** A token was shown that says nobody. */
final class UnknownVisitorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownVisitorException(String message, Throwable cause) {
        super(message, cause);
    }
}
