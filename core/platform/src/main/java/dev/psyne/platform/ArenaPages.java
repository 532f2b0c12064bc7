package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Pages that an arena of the JDK owns: on every system, without what only Linux has. */
final class ArenaPages implements Pages {
    private final Arena memory;
    private final MemorySegment segment;

    ArenaPages(Arena memory, MemorySegment segment) {
        this.memory = memory;
        this.segment = segment;
    }

    @Override
    public long address() {
        return segment.address();
    }

    @Override
    public long bytes() {
        return segment.byteSize();
    }

    @Override
    public MemorySegment view(Arena arena) {
        return segment.reinterpret(arena, null);
    }

    @Override
    public void adviseHugePages() {
        throw linuxOnly("huge pages are");
    }

    @Override
    public long hugeBytes() {
        return 0;
    }

    @Override
    public void populate(long offset, long bytes) {
        MappedPages.touch(segment.asSlice(offset, bytes));
    }

    @Override
    public boolean tryPopulate(long offset, long bytes) {
        return false;
    }

    @Override
    public void lock() {
        throw linuxOnly("locked memory is");
    }

    @Override
    public void place(NumaPolicy policy) {
        if (policy.mode() != NumaPolicy.Mode.FIRST_TOUCH) {
            throw linuxOnly("NUMA policies are");
        }
    }

    @Override
    public Set<Integer> nodes() {
        return Set.of();
    }

    @Override
    public void release() {
        memory.close();
    }

    private static VirtualMemoryException linuxOnly(String what) {
        return new VirtualMemoryException(what + " to be had with mmap on Linux only; leave the option out here");
    }
}
