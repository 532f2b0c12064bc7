package dev.psyne.rpc;

/** The error codes of psyne.v1 that every method shares. */
final class ErrorCodes {
    static final String METHOD_NOT_FOUND = "method_not_found";
    static final String INVALID_ARGUMENT = "invalid_argument";
    static final String BUSY = "busy";
    static final String CREDIT_EXCEEDED = "credit_exceeded";
    static final String INTERNAL = "internal";

    private ErrorCodes() {}
}
