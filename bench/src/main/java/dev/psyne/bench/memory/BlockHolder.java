package dev.psyne.bench.memory;

/** What one thread holds of an allocator: numbered places, each with a block or none. */
interface BlockHolder {
    /** Frees the block of the place, allocates another and writes its first and last eight bytes. */
    void replace(int place, int bytes);

    /** Frees all blocks. */
    void clear();
}
