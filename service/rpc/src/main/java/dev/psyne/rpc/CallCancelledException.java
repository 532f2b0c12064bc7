package dev.psyne.rpc;

/** The caller has cancelled the call or is gone: nobody waits for what the method does. A method lets it pass. */
public final class CallCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallCancelledException() {
        super("the call was cancelled");
    }

    CallCancelledException(Throwable cause) {
        super("the connection of the call failed", cause);
    }
}
