package dev.psyne.vlm;

/** A question that cannot be asked: empty, without a word, or too long. The message is a sentence for its author. */
public final class QuestionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    QuestionException(String message) {
        super(message);
    }
}
