package dev.psyne.memory;

/** A region has no block of the size that was asked for. Nothing was changed; freeing blocks makes room. */
public final class RegionExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;
    private final long freeBytes;
    private final long largestFreeBlockBytes;

    RegionExhaustedException(long requestedBytes, long freeBytes, long largestFreeBlockBytes, long cachedBytes) {
        super(requestedBytes + " bytes were asked for, " + freeBytes + " are free, the largest free block has "
                + largestFreeBlockBytes + ", the caches of other threads hold " + cachedBytes
                + "; free blocks or make the region larger");
        this.requestedBytes = requestedBytes;
        this.freeBytes = freeBytes;
        this.largestFreeBlockBytes = largestFreeBlockBytes;
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
