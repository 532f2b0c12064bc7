package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A stack of free blocks for each size. Only its owner touches it, without any lock: a platform thread for as long as
 * it lives, or whoever holds a shared cache for one operation. A dead owner's cache is taken over by compare-and-set on
 * the owner; that {@link Thread#isAlive()} answered false makes all the dead thread did visible.
 */
final class BlockCache {
    private static final AtomicReferenceFieldUpdater<BlockCache, @Nullable Thread> OWNER =
            AtomicReferenceFieldUpdater.newUpdater(BlockCache.class, Thread.class, "owner");

    /** Elements before the first in use, so that no cache line is shared with another cache: 64 bytes of ints. */
    private static final int PADDING = 16;

    private volatile @Nullable Thread owner;
    private final CachePlan plan;
    private final boolean shared;
    private final int[] counts;
    private final long[] blocks;

    BlockCache(CachePlan plan, Thread owner, boolean shared) {
        this.plan = plan;
        this.owner = owner;
        this.shared = shared;
        counts = new int[PADDING + plan.sizeClasses() + PADDING];
        blocks = new long[PADDING + plan.totalBlocks() + PADDING];
    }

    @SuppressWarnings("ReferenceEquality") // a thread is itself and no other, and this is on every hot path
    boolean isOwnedBy(Thread thread) {
        return owner == thread;
    }

    /** Takes the cache if nobody owns it or its owner is dead. */
    boolean claim(Thread thread) {
        Thread seen = owner;
        return (seen == null || !seen.isAlive()) && OWNER.compareAndSet(this, seen, thread);
    }

    /** Ends an operation: a shared cache is free for the next one. */
    void leave() {
        if (shared) {
            owner = null;
        }
    }

    void disown() {
        owner = null;
    }

    /** A block of the size, or {@link BlockStore#NONE}. */
    long pop(int sizeClass) {
        int count = counts[PADDING + sizeClass] - 1;
        if (count < 0) {
            return BlockStore.NONE;
        }
        counts[PADDING + sizeClass] = count;
        return blocks[PADDING + plan.first(sizeClass) + count];
    }

    /** Keeps a block; false if there is no room. */
    boolean push(int sizeClass, long offset) {
        int count = counts[PADDING + sizeClass];
        if (count == plan.capacity(sizeClass)) {
            return false;
        }
        blocks[PADDING + plan.first(sizeClass) + count] = offset;
        counts[PADDING + sizeClass] = count + 1;
        return true;
    }

    /** Fills an empty stack up to half, at least one block if it may hold any; false if nothing came. */
    boolean fill(int sizeClass, SlabClass slabs) {
        int wanted = (plan.capacity(sizeClass) + 1) / 2;
        int taken = slabs.take(blocks, PADDING + plan.first(sizeClass), wanted);
        counts[PADDING + sizeClass] = taken;
        return taken > 0;
    }

    /** Gives back the older half of a full stack, at least one block if it may hold any. */
    void drainHalf(int sizeClass, SlabClass slabs) {
        int count = counts[PADDING + sizeClass];
        int given = (count + 1) / 2;
        int first = PADDING + plan.first(sizeClass);
        slabs.give(blocks, first, given);
        System.arraycopy(blocks, first + given, blocks, first, count - given);
        counts[PADDING + sizeClass] = count - given;
    }

    void drain(BlockStore store) {
        for (int sizeClass = 0; sizeClass < plan.sizeClasses(); sizeClass++) {
            int count = counts[PADDING + sizeClass];
            if (count > 0) {
                store.sizeClass(sizeClass).give(blocks, PADDING + plan.first(sizeClass), count);
                counts[PADDING + sizeClass] = 0;
            }
        }
    }

    /** Bytes of all its blocks; of somebody else's cache a guess. */
    long bytes(SizeClasses sizes) {
        long bytes = 0;
        for (int sizeClass = 0; sizeClass < plan.sizeClasses(); sizeClass++) {
            bytes += (long) counts[PADDING + sizeClass] * sizes.size(sizeClass);
        }
        return bytes;
    }
}
