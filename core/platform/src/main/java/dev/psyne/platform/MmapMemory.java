package dev.psyne.platform;

import java.util.Optional;

/** Anonymous private mappings of mmap(2). */
final class MmapMemory implements VirtualMemory {
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MAP_HUGETLB = 0x40000;
    private static final int NO_FILE = -1;

    private final LinuxCalls calls;

    MmapMemory(LinuxCalls calls) {
        this.calls = calls;
    }

    @Override
    public Choice choice() {
        return Choice.MMAP;
    }

    @Override
    public Pages map(long bytes, long alignment) {
        VirtualMemoryProvider.check(bytes, alignment);
        long page = calls.pageBytes();
        long mapped = roundUp(bytes, page);
        long address = alignment <= page ? mapPages(mapped, 0) : mapAligned(mapped, alignment, page, 0);
        if (address < 0) {
            throw new VirtualMemoryException("mmap of " + mapped + " bytes failed with " + Errno.name(address));
        }
        return new MappedPages(calls, address, bytes, mapped, true);
    }

    @Override
    public Optional<Pages> mapReservedHugePages(long bytes, long alignment) {
        VirtualMemoryProvider.check(bytes, alignment);
        long page = HugePagesProbe.pageBytes(Host.current());
        long mapped = roundUp(bytes, page);
        long address = mapAligned(mapped, Math.max(alignment, page), page, MAP_HUGETLB);
        return address < 0 ? Optional.empty() : Optional.of(new MappedPages(calls, address, bytes, mapped, true));
    }

    /** The kernel aligns to pages only: more is mapped, and what lies before and behind the aligned part goes back. */
    private long mapAligned(long bytes, long alignment, long page, int flags) {
        long more = bytes + alignment - page;
        long start = mapPages(more, flags);
        if (start < 0) {
            return start;
        }
        long address = roundUp(start, alignment);
        unmap(start, address - start);
        unmap(address + bytes, start + more - (address + bytes));
        return address;
    }

    private long mapPages(long bytes, int flags) {
        return calls.call(SystemCall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS | flags, NO_FILE, 0);
    }

    private void unmap(long address, long bytes) {
        if (bytes != 0) {
            new MappedPages(calls, address, bytes, bytes, true).release();
        }
    }

    static long roundUp(long value, long powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
