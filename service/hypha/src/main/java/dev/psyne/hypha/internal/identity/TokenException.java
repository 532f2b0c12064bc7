package dev.psyne.hypha.internal.identity;

/** A token that gives no rights; the message says why, and never what is in it. */
public final class TokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TokenException(String message) {
        super(message);
    }
}
