package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.connection.Failure;

/** A call that did not leave: its connection has ended, or is full. Whatever the method does, it may go another way. */
public final class CallNotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** For that reason. */
    public CallNotSentException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** Why. */
    public Failure failure() {
        return failure;
    }
}
