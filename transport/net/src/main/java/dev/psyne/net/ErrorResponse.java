package dev.psyne.net;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An answer with a JSON document that says what was wrong, in the shape that OpenAI's clients read. */
record ErrorResponse(int status, String type, String code, String message, Map<String, String> headers) {
    static final String INVALID_REQUEST = "invalid_request_error";
    static final String OVERLOADED = "overloaded_error";

    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    static ErrorResponse invalid(int status, String code, String message) {
        return new ErrorResponse(status, INVALID_REQUEST, code, message, Map.of());
    }

    static ErrorResponse queueFull() {
        return new ErrorResponse(
                429, OVERLOADED, "queue_full", "As many requests wait as may; try again in a second.", RETRY);
    }

    static ErrorResponse budgetExhausted(long bytes, long limitBytes) {
        return new ErrorResponse(
                429,
                OVERLOADED,
                "memory_budget_exhausted",
                "The requests at work leave no room for " + bytes + " of " + limitBytes
                        + " bytes; try again in a second.",
                RETRY);
    }

    static ErrorResponse bodyTooLarge(long maxBytes) {
        return invalid(413, "body_too_large", "The body is larger than the limit of " + maxBytes + " bytes.");
    }

    static ErrorResponse internal() {
        return new ErrorResponse(500, "server_error", "internal", "The server failed to answer.", Map.of());
    }

    static ErrorResponse stopping() {
        return new ErrorResponse(503, OVERLOADED, "stopping", "The server is stopping.", RETRY);
    }

    static ErrorResponse of(HttpException exception) {
        return new ErrorResponse(
                exception.status(),
                exception.type(),
                exception.code(),
                exception.sentence(),
                exception.status() == 429 ? RETRY : Map.of());
    }

    /** Whether the same request might be answered at a quieter time. */
    boolean isForLoad() {
        return type.equals(OVERLOADED);
    }

    byte[] json() {
        StringBuilder out = new StringBuilder(128);
        out.append("{\"error\":{\"message\":");
        quote(out, message);
        out.append(",\"type\":");
        quote(out, type);
        out.append(",\"code\":");
        quote(out, code);
        return out.append("}}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 8259, section 7; lone surrogates and line separators are escaped too, so the result is ASCII-safe for any reader. */
    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c > '~') {
                out.append("\\u").append(String.format("%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
