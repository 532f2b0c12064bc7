package dev.psyne.rpc.internal.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Small messages for those who look at them for as long as they like: copies, many to a block, which the garbage collector frees when
 * nobody looks at any of them. A block for each, or an end to its use, would cost more than the copy. Any thread may call.
 */
public final class MessageSlab {
    /** The longest message that is copied. */
    public static final int MAX_BYTES = 1 << 10;

    /** Who keeps one message keeps as much at most. */
    private static final int BLOCK_BYTES = 16 << 10;

    private MemorySegment block = MemorySegment.NULL;
    private long used;

    /**
     * A copy that cannot be written.
     *
     * @param leadBytes what stands in front of the byte that is to be aligned
     */
    public MemorySegment copy(MemorySegment message, int leadBytes) {
        return take(message.byteSize(), leadBytes).copyFrom(message).asReadOnly();
    }

    private synchronized MemorySegment take(long bytes, int leadBytes) {
        long from = ((used + leadBytes + MessagePool.ALIGNMENT_BYTES - 1) & -MessagePool.ALIGNMENT_BYTES) - leadBytes;
        if (from + bytes > block.byteSize()) {
            block = Arena.ofAuto().allocate(BLOCK_BYTES, MessagePool.ALIGNMENT_BYTES);
            from = -leadBytes & (MessagePool.ALIGNMENT_BYTES - 1);
        }
        used = from + bytes;
        return block.asSlice(from, bytes);
    }
}
