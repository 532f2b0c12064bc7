package dev.psyne.memory;

/** A region has no block of the size that was asked for. Nothing was changed; freeing blocks makes room. */
public final class RegionExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;
    private final long freeBytes;
    private final long largestFreeBlockBytes;

    RegionExhaustedException(long requestedBytes, AllocatorStatistics now) {
        super(requestedBytes + " bytes were asked for, " + now.freeBytes() + " are free, the largest free block has "
                + now.largestFreeBlockBytes() + " (" + now.cachedBytes() + " in the caches of other threads, "
                + now.slabBytes() + " free in slabs of small blocks); free blocks, or make the region larger than "
                + now.capacityBytes());
        this.requestedBytes = requestedBytes;
        this.freeBytes = now.freeBytes();
        this.largestFreeBlockBytes = now.largestFreeBlockBytes();
    }

    /** What was asked for. */
    public long requestedBytes() {
        return requestedBytes;
    }

    /** Bytes that were free in all. */
    public long freeBytes() {
        return freeBytes;
    }

    /** The largest block that could have been had. */
    public long largestFreeBlockBytes() {
        return largestFreeBlockBytes;
    }
}
