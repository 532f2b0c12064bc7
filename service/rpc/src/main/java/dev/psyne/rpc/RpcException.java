package dev.psyne.rpc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A failure that the caller is told: it ends the call with an error message of this code and sentence. */
public final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private final String code;
    private final String sentence;
    private final @Nullable Integer retryAfterMillis;

    /**
     * A failure for the caller.
     *
     * @param code lower-case words joined by {@code _}, at most 64 characters, for a program
     * @param message one sentence, for a person
     */
    public RpcException(String code, String message) {
        this(code, message, null);
    }

    /**
     * A failure for the caller, who may try again.
     *
     * @param retryAfterMillis when; of {@code unavailable} it says too that nothing was done
     */
    public RpcException(String code, String message, @Nullable Integer retryAfterMillis) {
        super(message);
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("an error code is lower-case words joined by _, not '" + code + "'");
        }
        this.code = code;
        this.sentence = message;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** For a program. */
    public String code() {
        return code;
    }

    /** When it may be tried again, in milliseconds; null if nobody has said so. If somebody has, nothing was done. */
    public @Nullable Integer retryAfterMillis() {
        return retryAfterMillis;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}
