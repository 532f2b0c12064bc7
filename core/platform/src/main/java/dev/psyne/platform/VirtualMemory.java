package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * Where regions get their memory: mmap(2) on Linux, which takes whole pages that cost nothing until touched and go back
 * to the system at once, or the JDK's own allocator where that is not to be had. Implementations hold no state and may
 * be used by any thread.
 *
 * <p>The variant is chosen once. {@link #automatic()} takes the first that works, unless the system property
 * {@value #PROPERTY} forces one by its name in lower case.
 */
public sealed interface VirtualMemory permits MmapMemory, ArenaMemory {
    /** The system property that forces a variant: {@code automatic}, {@code mmap} or {@code arena}. */
    String PROPERTY = "dev.psyne.virtualMemory";

    /** The most bytes one mapping may have (1 TiB). */
    long MAX_BYTES = 1L << 40;

    /** The largest alignment in bytes a mapping may ask for (1 GiB, the largest page of x86-64). */
    long MAX_ALIGNMENT = 1L << 30;

    /** The variants. */
    enum Choice {
        /** The first that works here. */
        AUTOMATIC,
        /** Linux's mmap(2) by FFM. */
        MMAP,
        /** {@link Arena#allocate(long, long)}, on every system. */
        ARENA
    }

    /**
     * The variant of a choice.
     *
     * @throws IllegalArgumentException if it is not to be had here, with the reason and the cure
     */
    static VirtualMemory of(Choice choice) {
        return VirtualMemoryProvider.of(choice);
    }

    /** The variant this process uses unless told otherwise. */
    static VirtualMemory automatic() {
        return VirtualMemoryProvider.chosen();
    }

    /** Which variant this is. */
    Choice choice();

    /**
     * Zeroed memory.
     *
     * @param bytes the size, 1 to {@link #MAX_BYTES}
     * @param alignment a power of two, at most {@link #MAX_ALIGNMENT}; the address is a multiple of it
     * @throws VirtualMemoryException if the system has no more to give
     */
    Pages map(long bytes, long alignment);

    /** Zeroed memory as {@link #map} gives it, in huge pages that the owner of the machine reserved; empty if too few are. */
    Optional<Pages> mapReservedHugePages(long bytes, long alignment);
}
