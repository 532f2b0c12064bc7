package dev.psyne.memory;

/**
 * What an allocator may keep back for speed, and whether it remembers who allocated.
 *
 * @param cacheBytes the most bytes of free blocks one cache holds; 0 for no caches
 * @param threads threads that may have a cache of their own at a time, a power of two up to {@value #MOST_THREADS};
 *     those beyond, and virtual threads, share a few
 * @param trackLeaks whether each allocation records its stack, and close names those still allocated; for tests, it
 *     costs some microseconds an allocation
 */
public record AllocatorOptions(long cacheBytes, int threads, boolean trackLeaks) {
    /** The largest value of {@code threads}. */
    public static final int MOST_THREADS = 4096;

    private static final long MOST_DEFAULT_CACHE_BYTES = 4 << 20;
    private static final int LEAST_DEFAULT_THREADS = 16;
    private static final int THREADS_PER_PROCESSOR = 4;

    /** All caches together hold at most this part of a region unless told otherwise. */
    private static final int CACHED_SHARE = 8;

    /** Checks the values. */
    public AllocatorOptions {
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cacheBytes is " + cacheBytes + "; it may not be negative");
        }
        if (threads < 1 || threads > MOST_THREADS || Integer.bitCount(threads) != 1) {
            throw new IllegalArgumentException(
                    "threads is " + threads + "; it must be a power of two from 1 to " + MOST_THREADS);
        }
    }

    /** Caches of up to 4 MiB that hold no more than an eighth of the region together; leaks are not tracked. */
    public static AllocatorOptions forRegion(Region region) {
        int wanted =
                Math.max(LEAST_DEFAULT_THREADS, Runtime.getRuntime().availableProcessors() * THREADS_PER_PROCESSOR);
        int threads = Math.min(MOST_THREADS, Integer.highestOneBit(wanted - 1) << 1);
        long share = region.bytes() / CACHED_SHARE / (threads + sharedCaches(threads));
        return new AllocatorOptions(Math.min(MOST_DEFAULT_CACHE_BYTES, share), threads, false);
    }

    /** The same with leaks tracked. */
    public AllocatorOptions trackingLeaks() {
        return new AllocatorOptions(cacheBytes, threads, true);
    }

    /** Caches for those that have none of their own. */
    int sharedCaches() {
        return sharedCaches(threads);
    }

    private static int sharedCaches(int threads) {
        return Math.max(1, threads / THREADS_PER_PROCESSOR);
    }
}
