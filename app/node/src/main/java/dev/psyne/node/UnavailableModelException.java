package dev.psyne.node;

/** A model could not be loaded; the message says why. */
final class UnavailableModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableModelException(String message) {
        super(message, null, false, false);
    }
}
