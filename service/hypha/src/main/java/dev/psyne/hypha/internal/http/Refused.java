package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.HyphaException;

/**
 * A request that is not answered as wanted.
 *
 * @param status of HTTP
 * @param detail one sentence or the error of who was called
 */
record Refused(int status, String detail) {
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int TOO_MANY = 429;
    static final int CLIENT_GONE = 499;
    private static final int FAILED = 500;
    private static final int TIMED_OUT = 504;

    /** What HTTP calls the failure of a call; hypha puts the kind of error in front of what it says. */
    static Refused of(HyphaException failure) {
        String detail = String.valueOf(failure.getMessage());
        return new Refused(status(detail), detail);
    }

    /** A token that lets nobody in. */
    static Refused unauthorized(HyphaException failure) {
        return new Refused(UNAUTHORIZED, String.valueOf(failure.getMessage()));
    }

    private static int status(String detail) {
        if (detail.startsWith("KeyError") || detail.contains("Service not found")) {
            return NOT_FOUND;
        }
        if (detail.startsWith("PermissionError") || detail.contains("Permission denied")) {
            return FORBIDDEN;
        }
        return detail.startsWith("TimeoutError") ? TIMED_OUT : FAILED;
    }
}
