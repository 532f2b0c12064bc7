package dev.psyne.vlm;

import java.util.OptionalInt;

/**
 * A lesson that cannot be learned: a name that is taken, too few pictures, one that shows nothing. The message is a sentence
 * for who teaches: what is wrong, with which picture, and what to do.
 */
public final class LessonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private static final int NONE = -1;

    private final int picture;

    /** Says what is wrong with a lesson. */
    public LessonException(String message) {
        super(message);
        this.picture = NONE;
    }

    /** Says what is wrong with one of its pictures, counted from 0. */
    public LessonException(int picture, String message) {
        super(message);
        this.picture = picture;
    }

    /** The picture that is to blame, counted from 0. */
    public OptionalInt picture() {
        return picture == NONE ? OptionalInt.empty() : OptionalInt.of(picture);
    }
}
