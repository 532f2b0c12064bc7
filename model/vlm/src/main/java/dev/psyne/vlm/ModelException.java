package dev.psyne.vlm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model's files cannot be used. The message names the file, the key or tensor in it, what was found and what was
 * expected; nothing has been kept open.
 */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ModelException(Path file, String part, String found, String expected) {
        this(file, part, found, expected, null);
    }

    ModelException(Path file, String part, String found, String expected, @Nullable Throwable cause) {
        super(file + ": " + part + ": found " + found + ", expected " + expected, cause);
    }
}
