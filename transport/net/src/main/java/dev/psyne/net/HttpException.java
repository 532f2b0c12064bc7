package dev.psyne.net;

/**
 * An answer other than success, thrown by a handler: sent as the JSON error document with this status, type and code; one
 * of status 429 says when to try again.
 */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;

    /**
     * @param status 400 to 599
     * @param type what kind of error, such as {@code invalid_request_error}
     * @param code which one, such as {@code image_too_large}
     * @param message one sentence for the client; nothing secret
     */
    public HttpException(int status, String type, String code, String message) {
        super(message);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("an error's status lies in 400..599: " + status);
        }
        this.status = status;
        this.type = type;
        this.code = code;
    }

    /** A request that is wrong in itself, of OpenAI's type {@code invalid_request_error}. */
    public static HttpException invalid(int status, String code, String message) {
        return new HttpException(status, ErrorResponse.INVALID_REQUEST, code, message);
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public String code() {
        return code;
    }

    /** The sentence for the client. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
