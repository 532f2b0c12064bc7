package dev.psyne.hypha;

import org.jspecify.annotations.Nullable;

/**
 * A call that failed at the other side, on its way, or, thrown by a {@link HyphaMethod}, what its caller is told. hypha's
 * clients put the kind of error in front of the message: {@code KeyError: Service not found: x}.
 */
public final class HyphaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String trace;

    /** An error without a remote trace. */
    public HyphaException(@Nullable String message) {
        this(message, "", null);
    }

    /** An error with what caused it here, and the trace of that. */
    public HyphaException(@Nullable String message, Throwable cause) {
        this(message, cause instanceof HyphaException told ? told.trace() : "", cause);
    }

    /** An error of the other side, with its stack as it printed it. */
    public HyphaException(@Nullable String message, String trace) {
        this(message, trace, null);
    }

    private HyphaException(@Nullable String message, String trace, @Nullable Throwable cause) {
        super(message, cause);
        this.trace = trace;
    }

    /** The stack at the other side, as it printed it; empty if it told none. */
    public String trace() {
        return trace;
    }
}
