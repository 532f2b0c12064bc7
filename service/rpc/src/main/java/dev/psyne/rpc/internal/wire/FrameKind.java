package dev.psyne.rpc.internal.wire;

import org.jspecify.annotations.Nullable;

/** What a frame is for. */
public enum FrameKind {
    HELLO(1, 0),
    CALL(2, 7 | CallHeader.TAKES_REFERENCES | MessageLease.FLAG),
    ITEM(3, MessageLease.FLAG),
    END(4, MessageLease.FLAG),
    ERROR(5, 0),
    CREDIT(6, 0),
    CANCEL(7, 0),
    PING(8, 0),
    PONG(9, 0),
    GOAWAY(10, 0),
    CALLBACK(11, 0),
    RELEASE(12, 0),
    UNMAP(13, 0);

    private static final FrameKind[] BY_CODE = new FrameKind[14];

    static {
        for (FrameKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;
    private final int flags;

    FrameKind(int code, int flags) {
        this.code = (byte) code;
        this.flags = flags;
    }

    byte code() {
        return code;
    }

    /** Whether all of these flags have a meaning for it. */
    boolean allows(int given) {
        return (given & ~flags) == 0;
    }

    static @Nullable FrameKind of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Bytes in front of the record in its payload, which is what is aligned. */
    public int leadBytes(int givenFlags) {
        return switch (this) {
            case CALL -> (givenFlags & CallHeader.TRACED) == 0 ? CallHeader.BYTES : CallHeader.TRACED_BYTES;
            case CALLBACK -> Long.BYTES;
            default -> 0;
        };
    }
}
