package dev.psyne.bench;

import java.util.Arrays;

/**
 * Times in nanoseconds, counted in buckets of 8 ns up to 131 µs and of 4.1 µs up to half a second; the same buckets as in
 * {@code ring.c}. A percentile is the middle of its bucket. Used by one thread.
 */
public final class LatencyHistogram {
    private static final int FINE_BITS = 3;
    private static final int FINE_LIMIT = 1 << 17;
    private static final int COARSE_BITS = 12;
    private static final int FINE_BUCKETS = FINE_LIMIT >> FINE_BITS;
    private static final int COARSE_BUCKETS = 1 << 17;
    private static final int BUCKETS = FINE_BUCKETS + COARSE_BUCKETS;

    private final int[] buckets = new int[BUCKETS];
    private long count;

    /** Forgets all. */
    public void clear() {
        Arrays.fill(buckets, 0);
        count = 0;
    }

    /** Counts one. */
    public void record(long nanos) {
        long bucket = nanos < FINE_LIMIT ? nanos >> FINE_BITS : FINE_BUCKETS + (nanos >> COARSE_BITS);
        buckets[(int) Math.min(bucket, BUCKETS - 1)]++;
        count++;
    }

    /** The time below which that share of all times lies. */
    public double percentile(double share) {
        long wanted = (long) (count * share);
        long below = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            below += buckets[bucket];
            if (below > wanted) {
                return middle(bucket);
            }
        }
        throw new IllegalStateException("no time was recorded");
    }

    private static double middle(int bucket) {
        return bucket < FINE_BUCKETS
                ? (bucket + 0.5) * (1 << FINE_BITS)
                : (bucket - FINE_BUCKETS + 0.5) * (1 << COARSE_BITS);
    }
}
