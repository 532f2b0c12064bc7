package dev.psyne.rpc.internal.pool;

import java.util.random.RandomGenerator;

/** How long something is left alone after it has failed so many times: doubled each time, and up to a half left out by chance. */
final class BackOff {
    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private long nextNanos;

    BackOff(long firstNanos, long longestNanos, RandomGenerator random) {
        this.firstNanos = firstNanos;
        this.longestNanos = longestNanos;
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /** After a failure. */
    long next() {
        long whole = nextNanos;
        nextNanos = Math.min(2 * whole, longestNanos);
        return whole - random.nextLong(whole / 2 + 1);
    }

    /** After a failure that time alone does not mend. */
    long longest() {
        nextNanos = longestNanos;
        return next();
    }

    /** After a success. */
    void reset() {
        nextNanos = firstNanos;
    }
}
