package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** What the messages of one connection may hold of a pool at a time, counted in whole blocks. Any thread may call. */
public final class MessageMemory {
    private final MessagePool pool;
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    /** At most {@code maxBytes} of {@code pool}. */
    public MessageMemory(MessagePool pool, long maxBytes) {
        this.pool = pool;
        this.maxBytes = maxBytes;
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    /**
     * Memory for a message, whatever was in it.
     *
     * @param leadBytes what stands in front of the byte that is to be aligned
     * @throws OutOfMessageMemoryException if the bound is reached
     */
    public MessageBuffer take(long bytes, int leadBytes) throws OutOfMessageMemoryException {
        int offset = -leadBytes & (MessagePool.ALIGNMENT_BYTES - 1);
        long block = MessagePool.blockBytes(bytes + offset);
        if (used.addAndGet(block) > maxBytes) {
            used.addAndGet(-block);
            throw new OutOfMessageMemoryException(bytes, maxBytes);
        }
        return new MessageBuffer(this, pool.allocate(block), offset, bytes);
    }

    void lose(MemorySegment block) {
        used.addAndGet(-block.byteSize());
    }

    void give(MemorySegment block) {
        lose(block);
        pool.free(block);
    }
}
