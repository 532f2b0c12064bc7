package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Set;

/** Pages of mmap(2). */
final class MappedPages implements Pages {
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final long TOUCH_BYTES = 4096;
    private static final VarHandle BYTES = ValueLayout.JAVA_INT.varHandle();

    private final LinuxCalls calls;
    private final long address;
    private final long bytes;
    private final long mapped;
    private final boolean writable;

    /**
     * Takes pages over.
     *
     * @param bytes the size asked for
     * @param mapped the size that munmap is told
     */
    MappedPages(LinuxCalls calls, long address, long bytes, long mapped, boolean writable) {
        this.calls = calls;
        this.address = address;
        this.bytes = bytes;
        this.mapped = mapped;
        this.writable = writable;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public MemorySegment view(Arena arena) {
        MemorySegment view = MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
        return writable ? view : view.asReadOnly();
    }

    @Override
    public void adviseHugePages() {
        check("madvise(MADV_HUGEPAGE)", calls.call(SystemCall.MADVISE, address, mapped, MADV_HUGEPAGE));
    }

    @Override
    public long hugeBytes() {
        return MemoryMaps.hugeBytes(Host.current(), address);
    }

    @Override
    public void populate(long offset, long length) {
        long result = populateByKernel(offset, length);
        if (result == -Errno.EINVAL) {
            touch(MemorySegment.ofAddress(address + offset).reinterpret(length));
        } else {
            check("bringing " + length + " bytes into memory", result);
        }
    }

    @Override
    public boolean tryPopulate(long offset, long length) {
        return populateByKernel(offset, length) == 0;
    }

    private long populateByKernel(long offset, long length) {
        long from = address + offset & -calls.pageBytes();
        long to = address + offset + length;
        return calls.call(SystemCall.MADVISE, from, to - from, MADV_POPULATE_WRITE);
    }

    /** Writes to each page without changing it, whoever else may be writing there. */
    static void touch(MemorySegment segment) {
        long last = segment.byteSize() - Integer.BYTES;
        for (long at = -segment.address() & Integer.BYTES - 1; at <= last; at += TOUCH_BYTES) {
            BYTES.getAndBitwiseOr(segment, at, 0);
        }
    }

    @Override
    public void lock() {
        long result = calls.call(SystemCall.MLOCK, address, mapped);
        if (result != 0) {
            throw MemoryLimits.lockRefused(Host.current(), mapped, result);
        }
    }

    @Override
    public void place(NumaPolicy policy) {
        NumaPlacement.place(calls, Host.current(), this, policy);
    }

    @Override
    public Set<Integer> nodes() {
        return NumaPlacement.nodes(calls, this);
    }

    @Override
    public void release() {
        check("munmap of " + mapped + " bytes", calls.call(SystemCall.MUNMAP, address, mapped));
    }

    /** Size of what is mapped: whole pages. */
    long mapped() {
        return mapped;
    }

    private static void check(String what, long result) {
        if (result != 0) {
            throw new VirtualMemoryException(what + " failed with " + Errno.name(result));
        }
    }
}
