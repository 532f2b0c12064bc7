package dev.psyne.rpc;

/** A frame that is not a message of psyne.v1; its connection is closed with this code and reason. */
final class BrokenFrameException extends RuntimeException {
    static final int PROTOCOL_ERROR = 1002;
    static final int TOO_BIG = 1009;
    private static final long serialVersionUID = 1L;

    private final int closeCode;
    private final String reason;

    BrokenFrameException(String reason) {
        this(PROTOCOL_ERROR, reason);
    }

    BrokenFrameException(int closeCode, String reason) {
        // The stack says nothing that the reason does not, and hostile peers make many of these.
        super(reason, null, false, false);
        this.closeCode = closeCode;
        this.reason = reason;
    }

    int closeCode() {
        return closeCode;
    }

    String reason() {
        return reason;
    }
}
