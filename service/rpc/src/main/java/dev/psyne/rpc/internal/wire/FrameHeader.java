package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The first 16 bytes of a frame, little endian.
 *
 * <pre>
 *  0      1       2      3      4         8          12         16
 * +------+-------+------+------+---------+----------+----------+
 * | kind | flags | lane | 0    | stream  | length   | total    |
 * +------+-------+------+------+---------+----------+----------+
 * </pre>
 */
final class FrameHeader {
    static final int BYTES = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LANE_SHIFT = 16;

    private FrameHeader() {}

    static void write(
            MemorySegment target, long at, FrameKind kind, int flags, Lane lane, int stream, int length, int total) {
        target.set(INT, at, kind.code() | flags << 8 | lane.ordinal() << LANE_SHIFT);
        target.set(INT, at + 4, stream);
        target.set(INT, at + 8, length);
        target.set(INT, at + 12, total);
    }

    /** Kind, flags, lane and the zero, as they lie. */
    static int word(MemorySegment source, long at) {
        return source.get(INT, at);
    }

    static int stream(MemorySegment source, long at) {
        return source.get(INT, at + 4);
    }

    static int length(MemorySegment source, long at) {
        return source.get(INT, at + 8);
    }

    static int total(MemorySegment source, long at) {
        return source.get(INT, at + 12);
    }

    static FrameKind kind(int word) throws ProtocolException {
        FrameKind kind = FrameKind.of(word & 0xFF);
        if (kind == null) {
            throw new ProtocolException("unknown kind of frame " + (word & 0xFF));
        }
        if (!kind.allows(flags(word))) {
            throw new ProtocolException("a " + kind + " frame has the flags " + flags(word));
        }
        return kind;
    }

    static int flags(int word) {
        return word >>> 8 & 0xFF;
    }

    static Lane lane(int word) throws ProtocolException {
        int code = word >>> LANE_SHIFT;
        if (code >= Lane.count()) {
            throw new ProtocolException("lane " + (code & 0xFF) + " or a reserved byte that is not zero");
        }
        return Lane.of(code);
    }
}
