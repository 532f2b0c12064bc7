package dev.psyne.vlm;

/** A question that cannot be asked: empty, without a word, too long, or with pictures the model does not take. The message is a sentence for its author. */
public class QuestionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong with a question and what to do. */
    public QuestionException(String message) {
        super(message);
    }
}
