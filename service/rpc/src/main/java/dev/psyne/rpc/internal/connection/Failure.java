package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/**
 * Why a call or a connection ended.
 *
 * @param code one of the protocol's, or of the method's own
 * @param message one sentence for a person
 * @param retryAfterMillis when it may be tried again, if that helps
 */
public record Failure(String code, String message, @Nullable Integer retryAfterMillis) {
    public static final String PERMISSION_DENIED = "permission_denied";
    public static final String NOT_FOUND = "not_found";
    public static final String INVALID_ARGUMENT = "invalid_argument";
    public static final String SCHEMA_MISMATCH = "schema_mismatch";
    public static final String UNAVAILABLE = "unavailable";
    public static final String DEADLINE_EXCEEDED = "deadline_exceeded";
    public static final String CANCELLED = "cancelled";
    public static final String FAILED = "failed";
    public static final String PROTOCOL_ERROR = "protocol_error";

    private static final int BUSY_RETRY_MILLIS = 100;

    /** {@code unavailable}: nothing was done, and there may be room for it a moment later. */
    public static Failure busy(String message) {
        return new Failure(UNAVAILABLE, message, BUSY_RETRY_MILLIS);
    }

    /** {@code unavailable}: nothing was done, because it was not even sent; it may be tried elsewhere at once. */
    public static Failure unsent(String message) {
        return new Failure(UNAVAILABLE, message, 0);
    }

    /** For whoever waits for the call. */
    public RpcException asException() {
        return new RpcException(code, message, retryAfterMillis);
    }

    /** One that says nothing of trying again. */
    public Failure(String code, String message) {
        this(code, message, null);
    }
}
