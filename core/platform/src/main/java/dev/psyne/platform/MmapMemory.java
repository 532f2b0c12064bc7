package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Anonymous private mappings of mmap(2). */
final class MmapMemory implements VirtualMemory {
    private final LinuxCalls calls;

    MmapMemory(LinuxCalls calls) {
        this.calls = calls;
    }

    @Override
    public Choice choice() {
        return Choice.MMAP;
    }

    @Override
    public MemorySegment map(Arena arena, long bytes, long alignment) {
        VirtualMemoryProvider.check(bytes, alignment);
        long page = calls.pageBytes();
        long mapped = roundUp(bytes, page);
        long address = alignment <= page ? mapPages(mapped) : mapAligned(mapped, alignment);
        try {
            return MemorySegment.ofAddress(address).reinterpret(bytes, arena, _ -> unmap(address, mapped));
        } catch (IllegalStateException arenaClosed) {
            unmap(address, mapped);
            throw arenaClosed;
        }
    }

    /** The kernel aligns to pages only: more is mapped, and what lies before and behind the aligned part goes back. */
    private long mapAligned(long bytes, long alignment) {
        long more = bytes + alignment - calls.pageBytes();
        long start = mapPages(more);
        long address = roundUp(start, alignment);
        unmap(start, address - start);
        unmap(address + bytes, start + more - (address + bytes));
        return address;
    }

    private long mapPages(long bytes) {
        long address = calls.mapAnonymous(bytes);
        if (address < 0) {
            throw new VirtualMemoryException("mmap of " + bytes + " bytes failed with errno " + -address);
        }
        return address;
    }

    private void unmap(long address, long bytes) {
        if (bytes == 0) {
            return;
        }
        int result = calls.unmap(address, bytes);
        if (result != 0) {
            throw new VirtualMemoryException("munmap of " + bytes + " bytes failed with errno " + -result);
        }
    }

    private static long roundUp(long value, long powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
