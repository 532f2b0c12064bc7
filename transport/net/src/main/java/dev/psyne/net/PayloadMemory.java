package dev.psyne.net;

import dev.psyne.memory.ByteBudget;
import dev.psyne.memory.Region;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Where payloads get their memory: what they reserve counts against the byte budget. Memory of payloads that have gone is kept
 * for those that come, up to a bound that the budget does not see: to map pages and touch them first costs more than to fill
 * them. Sizes come in four steps between one power of two and the next. Any thread may call.
 */
final class PayloadMemory implements AutoCloseable {
    /** Larger ones are mapped and unmapped each time. */
    static final int MAX_KEPT_BYTES = 1 << 20;

    private static final int ALL_KEPT_BYTES = 4 << 20;
    private static final int MIN_STEP_BYTES = 8 << 10;

    private final ByteBudget budget;
    private final Map<Long, ArrayDeque<Region>> kept = new HashMap<>();
    private long keptBytes;
    private boolean closed;

    PayloadMemory(ByteBudget budget) {
        this.budget = budget;
    }

    ByteBudget budget() {
        return budget;
    }

    /** Bytes of the region that holds {@code wantedBytes}. */
    static long sizeFor(long wantedBytes) {
        if (wantedBytes > MAX_KEPT_BYTES) {
            return wantedBytes;
        }
        long step = Math.max(MIN_STEP_BYTES, Long.highestOneBit(Math.max(1, wantedBytes - 1)) >> 2);
        return Math.ceilDiv(wantedBytes, step) * step;
    }

    /** A region of {@link #sizeFor} bytes, with whatever was in it. */
    Region take(long wantedBytes) {
        long bytes = sizeFor(wantedBytes);
        synchronized (kept) {
            ArrayDeque<Region> same = kept.get(bytes);
            if (same != null && !same.isEmpty()) {
                keptBytes -= bytes;
                return same.pop();
            }
        }
        return Region.anonymous(bytes);
    }

    /** Takes back a region that nobody looks at any more. */
    void give(Region region) {
        long bytes = region.bytes();
        synchronized (kept) {
            if (!closed && bytes <= MAX_KEPT_BYTES && keptBytes + bytes <= ALL_KEPT_BYTES) {
                keptBytes += bytes;
                kept.computeIfAbsent(bytes, _ -> new ArrayDeque<>()).push(region);
                return;
            }
        }
        region.close();
    }

    /** Unmaps what it keeps, and keeps nothing from here on. */
    @Override
    public void close() {
        synchronized (kept) {
            closed = true;
            kept.values().forEach(same -> same.forEach(Region::close));
            kept.clear();
            keptBytes = 0;
        }
    }
}
