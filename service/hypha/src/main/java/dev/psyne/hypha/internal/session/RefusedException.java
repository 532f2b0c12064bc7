package dev.psyne.hypha.internal.session;

/** A client may not come in; the message tells it why. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
