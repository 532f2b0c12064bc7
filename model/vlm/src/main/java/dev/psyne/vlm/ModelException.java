package dev.psyne.vlm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model's files cannot be used. The message names the file, the key or tensor in it, what was found and what was
 * expected; nothing has been kept open.
 */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what was found where something else was expected. */
    public ModelException(Path file, String part, String found, String expected) {
        this(file, part, found, expected, null);
    }

    /** As above, with what led to it. */
    public ModelException(Path file, String part, String found, String expected, @Nullable Throwable cause) {
        super(file + ": " + part + ": found " + found + ", expected " + expected, cause);
    }
}
