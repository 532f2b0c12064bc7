package dev.psyne.hypha.internal.http;

import org.jspecify.annotations.Nullable;

/** A request of the Model Context Protocol that has no result; the codes are JSON-RPC 2.0's, section 5.1. */
final class McpFailure extends RuntimeException {
    static final int PARSE_ERROR = -32_700;
    static final int INVALID_REQUEST = -32_600;
    static final int METHOD_NOT_FOUND = -32_601;
    static final int INVALID_PARAMETERS = -32_602;
    static final int INTERNAL_ERROR = -32_603;

    private static final long serialVersionUID = 1L;

    private final int code;

    McpFailure(int code, @Nullable String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
