package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A message on its way out: its payload stays as it is until it has been written, or dropped. */
public final class OutgoingMessage {
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

    final FrameKind kind;
    final int flags;
    final Lane lane;
    final int stream;
    final MemorySegment payload;
    private final @Nullable MessageBuffer buffer;

    /** The next of the same stream and lane. */
    @Nullable
    OutgoingMessage after;

    /** Bytes of the payload that have been taken. */
    int taken;

    private OutgoingMessage(
            FrameKind kind, int flags, Lane lane, int stream, MemorySegment payload, @Nullable MessageBuffer buffer) {
        this.kind = kind;
        this.flags = flags;
        this.lane = lane;
        this.stream = stream;
        this.payload = payload;
        this.buffer = buffer;
    }

    /** One whose memory is released when it has gone. */
    public static OutgoingMessage of(FrameKind kind, int flags, Lane lane, int stream, MessageBuffer payload) {
        return new OutgoingMessage(kind, flags, lane, stream, payload.segment(), payload);
    }

    /** One whose bytes nobody changes. */
    public static OutgoingMessage of(FrameKind kind, int flags, Lane lane, int stream, MemorySegment payload) {
        return new OutgoingMessage(kind, flags, lane, stream, payload, null);
    }

    /** One without bytes. */
    public static OutgoingMessage empty(FrameKind kind, Lane lane, int stream) {
        return new OutgoingMessage(kind, 0, lane, stream, NOTHING, null);
    }

    int total() {
        return (int) payload.byteSize();
    }

    boolean isTaken() {
        return taken == total();
    }

    void release() {
        if (buffer != null) {
            buffer.release();
        }
    }
}
