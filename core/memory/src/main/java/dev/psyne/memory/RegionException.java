package dev.psyne.memory;

import org.jspecify.annotations.Nullable;

/** A region could not be created or attached to; the reason says what a caller can do about it. */
public class RegionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as far as a caller may want to act on it. */
    public enum Reason {
        /** A region of that name is there already: attach to it, or choose another name. */
        EXISTS,
        /** There is no region of that name: create it, or wait until someone has. */
        MISSING,
        /** The file system is too small or too full: give it more, choose another, or ask for less. */
        NO_SPACE,
        /** What is there is not the region that was expected; the exception is a {@link RegionMismatchException}. */
        MISMATCH,
        /** Huge pages, a NUMA node or locked memory were required and are not to be had. */
        PLACEMENT,
        /** The system refused; the cause says what. */
        REFUSED
    }

    private final Reason reason;

    RegionException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
