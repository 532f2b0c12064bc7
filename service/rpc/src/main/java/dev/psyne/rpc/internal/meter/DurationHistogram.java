package dev.psyne.rpc.internal.meter;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in buckets whose width is a sixteenth of their power of two, from single nanoseconds to an hour: a quantile is
 * at most 6.25 % too large. Any thread may add, without allocation.
 */
final class DurationHistogram {
    private static final int PART_BITS = 4;
    private static final int PARTS = 1 << PART_BITS;

    /** Durations from 2^42 ns on, which is 73 minutes, are counted as the longest below. */
    private static final int MAX_BITS = 42;

    private static final int BUCKETS = (MAX_BITS - PART_BITS + 1) * PARTS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    void add(long nanos) {
        counts.getAndIncrement(bucket(Math.clamp(nanos, 0, (1L << MAX_BITS) - 1)));
    }

    /** The counts as they are now. */
    long[] snapshot() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    /**
     * The end of the bucket within which so much of a snapshot lies.
     *
     * @param share above 0, at most 1
     * @param count of the snapshot, all in all
     */
    static long quantileNanos(long[] snapshot, long count, double share) {
        long wanted = Math.max(1, (long) Math.ceil(count * share));
        long below = 0;
        for (int i = 0; i < BUCKETS; i++) {
            below += snapshot[i];
            if (below >= wanted) {
                return end(i);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        if (nanos < PARTS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - PART_BITS - Long.numberOfLeadingZeros(nanos);
        return (shift + 1) * PARTS + (int) (nanos >>> shift & PARTS - 1);
    }

    private static long end(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int shift = bucket / PARTS - 1;
        return ((long) (PARTS + bucket % PARTS + 1) << shift) - 1;
    }
}
