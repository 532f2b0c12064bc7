package dev.psyne.memory;

/** Sums up blocks that have a holder. */
final class Tally {
    private long requestedBytes;
    private long allocatedBytes;

    void add(long requested, long allocated) {
        requestedBytes += requested;
        allocatedBytes += allocated;
    }

    /** What the holders asked for. */
    long requestedBytes() {
        return requestedBytes;
    }

    /** What their blocks take. */
    long allocatedBytes() {
        return allocatedBytes;
    }
}
