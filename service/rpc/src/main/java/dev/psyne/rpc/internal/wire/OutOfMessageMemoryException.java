package dev.psyne.rpc.internal.wire;

/** The messages under way have all the memory they may have: try again when some have gone. */
public final class OutOfMessageMemoryException extends Exception {
    private static final long serialVersionUID = 1L;

    OutOfMessageMemoryException(long bytes, long maxBytes) {
        super("no memory for a message of " + bytes + " bytes: those under way may have " + maxBytes);
    }
}
