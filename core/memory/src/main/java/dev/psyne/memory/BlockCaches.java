package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * All caches of an allocator. A platform thread owns one of the first part for as long as it lives, found by its number
 * and by asking for the owner, which needs no atomic operation. Virtual threads, and threads that find no place, take
 * one of the second part for the length of an operation. So there are never more than the table has places, however
 * many threads come.
 */
final class BlockCaches {
    /** Places a thread looks at for a cache of its own. */
    private static final int PROBES = 4;

    private final CachePlan plan;
    private final AtomicReferenceArray<@Nullable BlockCache> owned;
    private final AtomicReferenceArray<@Nullable BlockCache> shared;
    private final int ownedMask;
    private final int sharedMask;

    /** Both counts are powers of two. */
    BlockCaches(CachePlan plan, int ownedCount, int sharedCount) {
        this.plan = plan;
        owned = new AtomicReferenceArray<>(ownedCount);
        shared = new AtomicReferenceArray<>(sharedCount);
        ownedMask = ownedCount - 1;
        sharedMask = sharedCount - 1;
    }

    /** The cache the thread owns if it stands where it is looked for first, else null. */
    @Nullable
    BlockCache own(Thread thread) {
        BlockCache cache = owned.get((int) thread.threadId() & ownedMask);
        return cache != null && cache.isOwnedBy(thread) ? cache : null;
    }

    /** A cache for one operation, owned by the thread until {@link BlockCache#leave}, or null if all are busy. */
    @Nullable
    BlockCache enter(Thread thread) {
        int start = (int) thread.threadId();
        if (!thread.isVirtual()) {
            BlockCache cache = search(thread, start);
            if (cache != null) {
                return cache;
            }
        }
        for (int i = 0; i <= sharedMask; i++) {
            BlockCache cache = claim(shared, (start + i) & sharedMask, thread, true);
            if (cache != null) {
                return cache;
            }
        }
        return null;
    }

    private @Nullable BlockCache search(Thread thread, int start) {
        int probes = Math.min(PROBES, ownedMask + 1);
        for (int i = 0; i < probes; i++) {
            BlockCache cache = owned.get((start + i) & ownedMask);
            if (cache != null && cache.isOwnedBy(thread)) {
                return cache;
            }
        }
        for (int i = 0; i < probes; i++) {
            BlockCache cache = claim(owned, (start + i) & ownedMask, thread, false);
            if (cache != null) {
                return cache;
            }
        }
        return null;
    }

    private @Nullable BlockCache claim(
            AtomicReferenceArray<@Nullable BlockCache> table, int place, Thread thread, boolean isShared) {
        BlockCache cache = table.get(place);
        if (cache != null) {
            return cache.claim(thread) ? cache : null;
        }
        BlockCache created = new BlockCache(plan, thread, isShared);
        return table.compareAndSet(place, null, created) ? created : null;
    }

    /** Gives back what the thread's own cache, those of dead threads and the shared ones hold. */
    void drain(Thread thread, BlockStore store) {
        for (int place = 0; place <= ownedMask; place++) {
            drain(owned.get(place), thread, store);
        }
        for (int place = 0; place <= sharedMask; place++) {
            drain(shared.get(place), thread, store);
        }
    }

    private static void drain(@Nullable BlockCache cache, Thread thread, BlockStore store) {
        if (cache == null) {
            return;
        }
        if (cache.isOwnedBy(thread)) {
            cache.drain(store);
        } else if (cache.claim(thread)) {
            cache.drain(store);
            cache.disown();
        }
    }

    /** Bytes in all caches; exact when no other thread is at work. */
    long bytes(SizeClasses sizes) {
        long bytes = 0;
        for (int place = 0; place <= ownedMask; place++) {
            bytes += bytes(owned.get(place), sizes);
        }
        for (int place = 0; place <= sharedMask; place++) {
            bytes += bytes(shared.get(place), sizes);
        }
        return bytes;
    }

    private static long bytes(@Nullable BlockCache cache, SizeClasses sizes) {
        return cache == null ? 0 : cache.bytes(sizes);
    }
}
