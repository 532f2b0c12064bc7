package dev.psyne.vlm;

/** A conversation that is longer than the model, or the memory given to it, takes. */
public final class ContextLengthException extends QuestionException {
    private static final long serialVersionUID = 1;

    /** Says how long it is and how long it may be. */
    public ContextLengthException(String message) {
        super(message);
    }
}
