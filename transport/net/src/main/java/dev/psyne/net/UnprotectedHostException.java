package dev.psyne.net;

/** The server was asked to listen beyond this machine without a token and TLS; the message says how to do it. */
public final class UnprotectedHostException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    UnprotectedHostException(String message) {
        super(message);
    }
}
