package dev.psyne.rpc.internal.connection;

/** What a callee learns of a call after its arguments. */
public interface CalleeEvents extends StreamEvents {
    /** No item follows. */
    void inputEnded();

    /** The caller's items failed; the call is over. */
    void inputFailed(Failure failure);

    /** Nobody waits for the call any more; it is over. */
    void cancelled();
}
