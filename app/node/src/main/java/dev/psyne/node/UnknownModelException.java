package dev.psyne.node;

/** There is no model of the name; the message lists those there are. */
final class UnknownModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownModelException(String message) {
        super(message, null, false, false);
    }
}
