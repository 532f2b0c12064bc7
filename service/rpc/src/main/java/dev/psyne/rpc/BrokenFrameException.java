package dev.psyne.rpc;

/** A frame that is no message; a WebSocket connection it came over is closed with this code and reason. */
public final class BrokenFrameException extends RuntimeException {
    static final int PROTOCOL_ERROR = 1002;
    static final int TOO_BIG = 1009;
    private static final long serialVersionUID = 1L;

    private final int closeCode;
    private final String reason;

    /** A protocol error. */
    public BrokenFrameException(String reason) {
        this(PROTOCOL_ERROR, reason);
    }

    BrokenFrameException(int closeCode, String reason) {
        // The stack says nothing that the reason does not, and hostile peers make many of these.
        super(reason, null, false, false);
        this.closeCode = closeCode;
        this.reason = reason;
    }

    /** A close code of RFC 6455, section 7.4.1. */
    public int closeCode() {
        return closeCode;
    }

    /** What is wrong with the frame: printable ASCII, at most 120 bytes. */
    public String reason() {
        return reason;
    }
}
