package dev.psyne.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of a region's memory, handed out and taken back: for many pieces of any size that come and go, without the
 * system being asked. Every block starts on a multiple of 64 bytes. Its content is what the last holder left; only
 * memory of a region never allocated before is zero.
 *
 * <p>Up to 32 KiB (less in a region below 16 MiB) blocks come in sizes four to a power of two, cut from slabs and kept
 * in caches of the threads; larger ones are runs of pages in a binary buddy system, rounded up to the next quarter of a
 * power of two. The largest block is the largest power of two in the region. Blocks of both kinds merge with their free
 * neighbours once they are out of the caches. All bookkeeping stands on the Java heap: what is written into a block
 * changes no other and confuses nobody.
 *
 * <p>Any thread may allocate, and any other free. A thread's cache is bounded ({@link AllocatorOptions}) and taken over
 * when the thread is dead. A block that is freed twice, by one thread or by two at once, is refused unless it has
 * another holder by then: after a free, neither segment nor offset may be used.
 *
 * <p>The region belongs to its owner and must outlive the allocator; only one allocator may be at work in a region.
 * After {@link #close()}, or after the region's, every call throws IllegalStateException.
 *
 * <p>After J. Bonwick, The Slab Allocator (USENIX 1994), and J. Evans, A Scalable Concurrent malloc(3) (BSDCan 2006).
 */
public final class RegionAllocator implements AutoCloseable {
    /** Every block starts at a multiple of as many bytes. */
    public static final long ALIGNMENT = SizeClasses.STEP_BYTES;

    private final Region region;
    private final MemorySegment segment;
    private final BlockStore store;
    private final BlockCaches caches;
    private final @Nullable LeakTracker tracker;
    private final int largestSmall;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RegionAllocator(Region region, AllocatorOptions options) {
        this.region = region;
        this.segment = region.segment();
        this.store = new BlockStore(segment.byteSize());
        this.largestSmall = store.sizes.largest();
        CachePlan plan = new CachePlan(store.sizes, options.cacheBytes());
        this.caches = new BlockCaches(plan, options.threads(), options.sharedCaches());
        this.tracker = options.trackLeaks() ? new LeakTracker() : null;
    }

    /** An allocator over a whole region with the usual options. */
    public static RegionAllocator over(Region region) {
        return over(region, AllocatorOptions.forRegion(region));
    }

    /**
     * An allocator over a whole region.
     *
     * @throws IllegalArgumentException if the region is smaller than 4096 bytes or does not start on a multiple of 64
     * @throws IllegalStateException if the region is closed
     */
    public static RegionAllocator over(Region region, AllocatorOptions options) {
        if (region.bytes() < BlockStore.LEAST_UNIT_BYTES) {
            throw new IllegalArgumentException("the region has " + region.bytes() + " bytes; an allocator needs "
                    + BlockStore.LEAST_UNIT_BYTES + " or more");
        }
        if (region.segment().address() % ALIGNMENT != 0) {
            throw new IllegalArgumentException("the region starts at 0x%x; an allocator needs a multiple of %d"
                    .formatted(region.segment().address(), ALIGNMENT));
        }
        return new RegionAllocator(region, options);
    }

    /**
     * A block as a segment of exactly the size asked for.
     *
     * @param bytes the size, 1 or more
     * @throws RegionExhaustedException if no free block is large enough
     */
    public MemorySegment allocate(long bytes) {
        return segment.asSlice(allocateOffset(bytes), bytes);
    }

    /**
     * A block as its distance in bytes from the start of the region: what a message to another process carries, and
     * what costs no object. Otherwise as {@link #allocate}.
     */
    public long allocateOffset(long bytes) {
        if (isClosed()) {
            throw closed("a block of " + bytes + " bytes cannot be allocated");
        }
        long offset = BlockStore.NONE;
        if (bytes > 0 && bytes <= largestSmall) {
            offset = allocateSmall((int) bytes);
        }
        if (offset < 0) {
            offset = allocateLarge(bytes);
        }
        if (tracker != null) {
            tracker.allocated(segment.address() + offset, bytes);
        }
        return offset;
    }

    /**
     * Takes a block back.
     *
     * @param block the segment that {@link #allocate} answered, or one that starts with it
     * @throws IllegalArgumentException if it does not lie in the region
     * @throws IllegalStateException if no allocated block starts there: it was freed before or never allocated
     */
    public void free(MemorySegment block) {
        if (!block.isNative()) {
            throw new IllegalArgumentException("a segment on the Java heap was not allocated here: " + block);
        }
        freeOffset(block.address() - segment.address());
    }

    /** Takes a block back by its offset; otherwise as {@link #free}. */
    public void freeOffset(long offset) {
        if (isClosed()) {
            throw closed("the block at 0x%x cannot be freed".formatted(segment.address() + offset));
        }
        if (offset < 0 || offset >= store.capacityBytes()) {
            throw new IllegalArgumentException("0x%x is not in this allocator's memory, 0x%x to 0x%x"
                    .formatted(
                            segment.address() + offset, segment.address(), segment.address() + store.capacityBytes()));
        }
        Slab slab = store.slabAt(offset);
        if (slab == null) {
            freeLarge(offset);
            return;
        }
        if (!slab.freed(offset)) {
            throw notAllocated(offset);
        }
        if (tracker != null) {
            tracker.freed(segment.address() + offset);
        }
        giveBack(offset, slab.sizeClass);
    }

    /** Where the region's bytes are; walks over all blocks, so for people and tests rather than for every message. */
    public AllocatorStatistics statistics() {
        Tally tally = store.tally();
        long cached = caches.bytes(store.sizes);
        long free = store.freeBytes();
        long slabs = Math.max(0, store.capacityBytes() - tally.allocatedBytes() - cached - free);
        return new AllocatorStatistics(
                store.capacityBytes(),
                tally.allocatedBytes(),
                cached,
                slabs,
                free,
                tally.requestedBytes(),
                store.largestFreeBytes());
    }

    /** Lets go of what the calling thread's cache, the shared ones and those of dead threads hold. */
    public void trim() {
        caches.drain(Thread.currentThread(), store);
        store.trim();
    }

    /**
     * Refuses all further calls; a second close does nothing. The blocks stay readable until the region is closed.
     *
     * @throws MemoryLeakException if leaks are tracked and blocks are still allocated
     */
    @Override
    public void close() {
        if (closed.getAndSet(true) || tracker == null) {
            return;
        }
        List<MemoryLeakException.Leak> leaks = tracker.leaks();
        if (!leaks.isEmpty()) {
            throw new MemoryLeakException(leaks);
        }
    }

    private long allocateSmall(int bytes) {
        int sizeClass = store.sizes.of(bytes);
        BlockCache cache = caches.own(Thread.currentThread());
        long offset = cache == null ? BlockStore.NONE : cache.pop(sizeClass);
        if (offset < 0) {
            offset = refill(sizeClass);
        }
        Slab slab = offset < 0 ? null : store.slabAt(offset);
        if (slab == null) {
            return BlockStore.NONE;
        }
        slab.allocated(offset, bytes);
        return offset;
    }

    private long refill(int sizeClass) {
        SlabClass slabs = store.sizeClass(sizeClass);
        BlockCache cache = caches.enter(Thread.currentThread());
        if (cache != null) {
            try {
                long offset = cache.pop(sizeClass);
                if (offset >= 0 || cache.fill(sizeClass, slabs)) {
                    return offset >= 0 ? offset : cache.pop(sizeClass);
                }
            } finally {
                cache.leave();
            }
        }
        long[] one = new long[1];
        return slabs.take(one, 0, 1) == 1 ? one[0] : BlockStore.NONE;
    }

    private void giveBack(long offset, SlabClass slabs) {
        BlockCache own = caches.own(Thread.currentThread());
        if (own == null || !own.push(slabs.index, offset)) {
            overflow(offset, slabs);
        }
    }

    private void overflow(long offset, SlabClass slabs) {
        BlockCache cache = caches.enter(Thread.currentThread());
        if (cache != null) {
            try {
                if (cache.push(slabs.index, offset)) {
                    return;
                }
                cache.drainHalf(slabs.index, slabs);
                if (cache.push(slabs.index, offset)) {
                    return;
                }
            } finally {
                cache.leave();
            }
        }
        slabs.give(new long[] {offset}, 0, 1);
    }

    private long allocateLarge(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a block of " + bytes + " bytes was asked for; it must be 1 or more");
        }
        long offset = store.allocate(bytes);
        if (offset < 0 && bytes <= store.capacityBytes()) {
            trim();
            offset = store.allocate(bytes);
        }
        if (offset < 0) {
            throw new RegionExhaustedException(
                    bytes, store.freeBytes(), store.largestFreeBytes(), caches.bytes(store.sizes));
        }
        return offset;
    }

    private void freeLarge(long offset) {
        long bytes = store.claim(offset);
        if (bytes == 0) {
            throw notAllocated(offset);
        }
        if (tracker != null) {
            tracker.freed(segment.address() + offset);
        }
        store.release(offset, bytes);
    }

    private boolean isClosed() {
        return closed.get() || !region.isOpen();
    }

    private IllegalStateException closed(String consequence) {
        return new IllegalStateException(
                (region.isOpen() ? "the allocator is closed; " : "the region is closed; ") + consequence);
    }

    private IllegalStateException notAllocated(long offset) {
        return new IllegalStateException(
                "no allocated block starts at 0x%x: it was freed before, or lies inside a block"
                        .formatted(segment.address() + offset));
    }
}
