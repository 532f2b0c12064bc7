package dev.psyne.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A region's memory as units: runs of them are blocks of their own or slabs of small blocks. All bookkeeping stands on
 * the Java heap, a few bytes a unit, at most 2^19 units. Thread-safe; the buddy is guarded by this object's monitor.
 */
final class BlockStore {
    /** Instead of an offset: there is no room. */
    static final long NONE = -1;

    /** The least unit: a page. */
    static final int LEAST_UNIT_BYTES = 4096;

    private static final int MOST_UNITS_SHIFT = 18;
    private static final int LARGEST_SMALL_BYTES = 32 << 10;
    private static final int LEAST_SMALL_BYTES = 256;
    private static final int SLAB_BYTES = 64 << 10;
    private static final int BLOCKS_PER_SLAB = 8;

    /** A small block, and a slab, should not take more of a region than these shares. */
    private static final int SMALL_SHARE = 512;

    private static final int SLAB_SHARE = 64;

    final SizeClasses sizes;

    private final int unitShift;
    private final int units;
    private final Buddy buddy;
    private final @Nullable Slab[] slabs;

    /** Bytes asked for, at the first unit of a run that has a holder; 0 elsewhere. */
    private final AtomicLongArray requested;

    private final SlabClass[] classes;

    BlockStore(long regionBytes) {
        long unitBytes = Math.max(LEAST_UNIT_BYTES, Long.highestOneBit(regionBytes) >>> MOST_UNITS_SHIFT);
        unitShift = Long.numberOfTrailingZeros(unitBytes);
        units = (int) (regionBytes >>> unitShift);
        buddy = new Buddy(units);
        slabs = new @Nullable Slab[units];
        requested = new AtomicLongArray(units);
        long share = Long.highestOneBit(Math.max(1, regionBytes / SMALL_SHARE));
        sizes = new SizeClasses((int)
                Math.max(LEAST_SMALL_BYTES, Math.max(LEAST_UNIT_BYTES / 2, Math.min(LARGEST_SMALL_BYTES, share))));
        classes = new SlabClass[sizes.count()];
        for (int sizeClass = 0; sizeClass < classes.length; sizeClass++) {
            int blockBytes = sizes.size(sizeClass);
            classes[sizeClass] = new SlabClass(this, sizeClass, blockBytes, slabBytes(blockBytes, regionBytes));
        }
    }

    /** A power of two of units, eight blocks or more where the region is large enough for that. */
    private int slabBytes(int blockBytes, long regionBytes) {
        long wanted = Math.max(SLAB_BYTES, powerOfTwo(BLOCKS_PER_SLAB * (long) blockBytes));
        long share = Long.highestOneBit(Math.max(1, regionBytes / SLAB_SHARE));
        return (int) Math.max(1L << unitShift, Math.max(powerOfTwo(blockBytes), Math.min(wanted, share)));
    }

    private static long powerOfTwo(long bytes) {
        return Long.highestOneBit(bytes - 1) << 1;
    }

    /** Bytes in whole units; what is left of the region behind them is not used. */
    long capacityBytes() {
        return (long) units << unitShift;
    }

    SlabClass sizeClass(int sizeClass) {
        return classes[sizeClass];
    }

    /** The slab an offset lies in, or null if it lies in none. */
    @Nullable
    Slab slabAt(long offset) {
        return slabs[(int) (offset >>> unitShift)];
    }

    /** The slab of a block that was taken from one. */
    Slab slabOf(long offset) {
        Slab slab = slabAt(offset);
        if (slab == null) {
            throw new IllegalStateException("no slab holds the block at offset " + offset);
        }
        return slab;
    }

    /** The offset of a run of units that holds as many bytes, or {@link #NONE}. */
    long allocate(long bytes) {
        if (bytes > capacityBytes()) {
            return NONE;
        }
        int first;
        synchronized (this) {
            first = buddy.take(unitsFor(bytes));
        }
        if (first == Buddy.NONE) {
            return NONE;
        }
        requested.set(first, bytes);
        return (long) first << unitShift;
    }

    /** Takes a run from its holder and tells what was asked for; 0 if no run with a holder starts there. */
    long claim(long offset) {
        int unit = (int) (offset >>> unitShift);
        return (long) unit << unitShift == offset ? requested.getAndSet(unit, 0) : 0;
    }

    /** Gives a claimed run back. */
    synchronized void release(long offset, long bytes) {
        buddy.release((int) (offset >>> unitShift), unitsFor(bytes));
    }

    @Nullable
    Slab openSlab(SlabClass sizeClass) {
        int count = sizeClass.slabBytes >>> unitShift;
        synchronized (this) {
            int first = buddy.take(count);
            if (first == Buddy.NONE) {
                return null;
            }
            Slab slab = new Slab(sizeClass, (long) first << unitShift);
            Arrays.fill(slabs, first, first + count, slab);
            return slab;
        }
    }

    synchronized void closeSlab(Slab slab) {
        int first = (int) (slab.start >>> unitShift);
        int count = slab.sizeClass.slabBytes >>> unitShift;
        Arrays.fill(slabs, first, first + count, null);
        buddy.release(first, count);
    }

    void trim() {
        for (SlabClass sizeClass : classes) {
            sizeClass.trim();
        }
    }

    synchronized long freeBytes() {
        return (long) buddy.freeUnits() << unitShift;
    }

    synchronized long largestFreeBytes() {
        return (long) buddy.largestUnits() << unitShift;
    }

    /** Every block that has a holder: a walk over all units and the blocks of all slabs. */
    Tally tally() {
        Tally tally = new Tally();
        for (int unit = 0; unit < units; ) {
            Slab slab = slabs[unit];
            if (slab != null) {
                slab.tally(tally);
                unit = (int) ((slab.start + slab.sizeClass.slabBytes) >>> unitShift);
            } else {
                long bytes = requested.get(unit);
                if (bytes > 0) {
                    tally.add(bytes, (long) unitsFor(bytes) << unitShift);
                }
                unit++;
            }
        }
        return tally;
    }

    private int unitsFor(long bytes) {
        long rounded = SizeClasses.roundToUnits(bytes, 1L << unitShift);
        return (int) (Math.min(rounded, capacityBytes()) >>> unitShift);
    }
}
