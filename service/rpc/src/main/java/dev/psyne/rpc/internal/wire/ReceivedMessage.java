package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A whole message as it came, for the time of the call that shows it. It lies in its own memory, or in the socket's if it came in
 * one piece; who wants it longer {@linkplain #keep keeps} it.
 */
public final class ReceivedMessage {
    private final FrameKind kind;
    private final int flags;
    private final Lane lane;
    private final int stream;
    private final MemorySegment payload;
    private final MessageMemory memory;
    private @Nullable MessageBuffer buffer;

    ReceivedMessage(
            FrameKind kind,
            int flags,
            Lane lane,
            int stream,
            MemorySegment payload,
            MessageMemory memory,
            @Nullable MessageBuffer buffer) {
        this.kind = kind;
        this.flags = flags;
        this.lane = lane;
        this.stream = stream;
        this.payload = payload;
        this.memory = memory;
        this.buffer = buffer;
    }

    public FrameKind kind() {
        return kind;
    }

    public int flags() {
        return flags;
    }

    public Lane lane() {
        return lane;
    }

    public int stream() {
        return stream;
    }

    /** Its bytes. */
    public MemorySegment payload() {
        return payload;
    }

    /**
     * Its bytes in memory that is the caller's from here on, aligned behind what leads its record. Once.
     *
     * @throws OutOfMessageMemoryException if it has to be copied and there is no memory for it
     */
    public MessageBuffer keep() throws OutOfMessageMemoryException {
        MessageBuffer own = buffer;
        if (own != null) {
            buffer = null;
            return own;
        }
        MessageBuffer copy = memory.take(payload.byteSize(), kind.leadBytes(flags));
        copy.segment().copyFrom(payload);
        return copy;
    }

    /** The call that showed it is over. */
    void end() {
        if (buffer != null) {
            buffer.release();
        }
    }
}
