package dev.psyne.memory;

/** How many blocks of each size a cache may hold: an equal share of its bytes for every size, at most 256 blocks. */
final class CachePlan {
    private static final int MOST_BLOCKS = 256;

    private final int[] firsts;

    CachePlan(SizeClasses sizes, long cacheBytes) {
        firsts = new int[sizes.count() + 1];
        long share = cacheBytes / sizes.count();
        for (int sizeClass = 0; sizeClass < sizes.count(); sizeClass++) {
            firsts[sizeClass + 1] = firsts[sizeClass] + (int) Math.min(MOST_BLOCKS, share / sizes.size(sizeClass));
        }
    }

    int sizeClasses() {
        return firsts.length - 1;
    }

    /** Where the blocks of a size begin in the one array of a cache. */
    int first(int sizeClass) {
        return firsts[sizeClass];
    }

    int capacity(int sizeClass) {
        return firsts[sizeClass + 1] - firsts[sizeClass];
    }

    int totalBlocks() {
        return firsts[firsts.length - 1];
    }
}
