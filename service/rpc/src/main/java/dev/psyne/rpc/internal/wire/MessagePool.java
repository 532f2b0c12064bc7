package dev.psyne.rpc.internal.wire;

import dev.psyne.rpc.internal.codec.MessageBlocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Native memory in blocks of powers of two, aligned to 64 bytes. Up to 4 MiB of each size are kept for the next messages,
 * because to allocate memory anew costs more than to fill it; the rest is the garbage collector's. Any thread may call.
 */
public final class MessagePool implements MessageBlocks {
    static final int ALIGNMENT_BYTES = 64;

    private static final int MIN_SHIFT = 8;
    private static final int MAX_SHIFT = 31;
    private static final long KEPT_BYTES = 4L << 20;

    private final Size[] sizes = new Size[MAX_SHIFT + 1 - MIN_SHIFT];

    /** Keeps nothing at first. */
    public MessagePool() {
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = new Size(1L << (MIN_SHIFT + i));
        }
    }

    /** Bytes of the block that holds so many. */
    static long blockBytes(long bytes) {
        return 1L << (MIN_SHIFT + index(bytes));
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return sizes[index(bytes)].take();
    }

    @Override
    public void free(MemorySegment block) {
        sizes[index(block.byteSize())].give(block);
    }

    private static int index(long bytes) {
        int shift = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, bytes - 1));
        return Math.max(0, shift - MIN_SHIFT);
    }

    private static final class Size {
        private final long bytes;
        private final ConcurrentLinkedQueue<MemorySegment> free = new ConcurrentLinkedQueue<>();
        private final AtomicLong kept = new AtomicLong();

        private Size(long bytes) {
            this.bytes = bytes;
        }

        private MemorySegment take() {
            MemorySegment block = free.poll();
            if (block != null) {
                kept.addAndGet(-bytes);
                return block;
            }
            return Arena.ofAuto().allocate(bytes, ALIGNMENT_BYTES);
        }

        private void give(MemorySegment block) {
            if (kept.addAndGet(bytes) <= KEPT_BYTES) {
                free.add(block);
            } else {
                kept.addAndGet(-bytes);
            }
        }
    }
}
