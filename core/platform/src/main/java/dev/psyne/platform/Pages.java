package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Whole pages of memory that belong to whoever mapped them and end by hand with {@link #release()}. Nothing guards the
 * address: views die with the arena they are taken in, and that arena must be closed before the pages are released.
 * Any thread may use any method.
 *
 * <p>What only Linux has (advice, locks, NUMA) is refused by the fallback with a {@link VirtualMemoryException} that
 * says so.
 */
public sealed interface Pages permits MappedPages, ArenaPages {
    /** Address of the first byte. */
    long address();

    /** Size in bytes, as asked for. */
    long bytes();

    /** All of the bytes, for as long as the arena lives. */
    MemorySegment view(Arena arena);

    /**
     * Asks for transparent huge pages (madvise(2), MADV_HUGEPAGE).
     *
     * @throws VirtualMemoryException if the kernel has none
     */
    void adviseHugePages();

    /** Bytes now mapped by huge pages (smaps of proc_pid_smaps(5)); 0 where that cannot be read. Takes milliseconds. */
    long hugeBytes();

    /**
     * Brings pages into memory, writable and with their content as it is (madvise(2), MADV_POPULATE_WRITE; a touch of
     * each page before Linux 5.14).
     *
     * @param offset of the first byte, inside the pages
     * @param bytes how many, up to the end at most
     * @throws VirtualMemoryException if there is no memory or no room in the file system for them
     */
    void populate(long offset, long bytes);

    /**
     * Brings pages into memory as {@link #populate} does, as far as the kernel can without harm to anyone.
     *
     * @return whether all of them are there now
     */
    boolean tryPopulate(long offset, long bytes);

    /**
     * Keeps the pages from being swapped out (mlock(2)), which brings them into memory.
     *
     * @throws VirtualMemoryException if the limit RLIMIT_MEMLOCK is too low
     */
    void lock();

    /**
     * Says on which NUMA nodes pages are placed, and moves those already there (mbind(2)).
     *
     * @throws IllegalArgumentException if a node is not on this machine
     * @throws VirtualMemoryException if the kernel refuses
     */
    void place(NumaPolicy policy);

    /** The NUMA nodes of pages spread evenly over what is in memory (move_pages(2)); empty if none is or none can be told. */
    Set<Integer> nodes();

    /** Unmaps the pages; once only. */
    void release();
}
