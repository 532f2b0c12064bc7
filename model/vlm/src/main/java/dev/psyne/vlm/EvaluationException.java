package dev.psyne.vlm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of an evaluation cannot be used: the message names the file and, where there is one, the byte in it, what was
 * found and what was expected or is to be done. Answers given so far are kept in the journal.
 */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong and what to do. */
    public EvaluationException(String message) {
        super(message);
    }

    /** Says what is wrong with a whole file, and what led to it. */
    public EvaluationException(Path file, String problem, @Nullable Throwable cause) {
        super(file + ": " + problem, cause);
    }

    /** Says what is wrong at a byte of a file, counted from 0, and what led to it. */
    public EvaluationException(Path file, long byteOffset, String problem, @Nullable Throwable cause) {
        super(file + ": byte " + byteOffset + ": " + problem, cause);
    }
}
