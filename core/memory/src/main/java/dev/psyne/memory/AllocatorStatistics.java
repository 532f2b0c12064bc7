package dev.psyne.memory;

/**
 * Where a region's bytes are. The first figures add up to the capacity; they are exact when no other thread is at work,
 * otherwise each is what was seen in passing.
 *
 * @param capacityBytes what can be allocated in all: the region in whole units
 * @param allocatedBytes blocks that have a holder
 * @param cachedBytes free blocks in the caches of threads
 * @param slabBytes free blocks of the small sizes outside the caches, with what their slabs cannot use
 * @param freeBytes memory for blocks of any size
 * @param requestedBytes what the holders of the allocated bytes asked for
 * @param largestFreeBlockBytes the largest block that can be allocated
 */
public record AllocatorStatistics(
        long capacityBytes,
        long allocatedBytes,
        long cachedBytes,
        long slabBytes,
        long freeBytes,
        long requestedBytes,
        long largestFreeBlockBytes) {

    /** The part of the allocated bytes that nobody asked for, 0 to 1. */
    public double internalFragmentation() {
        return allocatedBytes == 0 ? 0 : 1 - (double) requestedBytes / allocatedBytes;
    }

    /** The part of the free bytes that lies outside the largest free block, 0 to 1. */
    public double externalFragmentation() {
        return freeBytes == 0 ? 0 : 1 - (double) largestFreeBlockBytes / freeBytes;
    }
}
