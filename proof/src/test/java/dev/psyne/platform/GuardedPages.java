package dev.psyne.platform;

/** Pages of one size between two that must not be touched: a wild access ends the JVM instead of reading something. */
public final class GuardedPages {
    private static final long GUARD_BYTES = 64L << 20;
    private static final int NO_ACCESS = 0;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int FIXED_NOREPLACE = 0x100000;

    /** Between the guards reserved last; used again once what was there has been released. */
    private static long between;

    private GuardedPages() {}

    /** Zeroed pages; the guards stay when they are released. */
    public static synchronized Pages map(long bytes) {
        LinuxCalls calls = LinuxCalls.link();
        if (bytes % calls.pageBytes() != 0) {
            throw new IllegalArgumentException(bytes + " bytes are no whole pages");
        }
        if (between == 0 || call(calls, between, bytes, READ_WRITE, FIXED_NOREPLACE) != between) {
            between = GUARD_BYTES + mapped(calls, 0, bytes + 2 * GUARD_BYTES, NO_ACCESS, 0);
            calls.call(SystemCall.MUNMAP, between, bytes);
            long _ = mapped(calls, between, bytes, READ_WRITE, FIXED_NOREPLACE);
        }
        return new MappedPages(calls, between, bytes, bytes, true);
    }

    private static long call(LinuxCalls calls, long address, long bytes, int access, int flags) {
        return calls.call(SystemCall.MMAP, address, bytes, access, PRIVATE_ANONYMOUS_NORESERVE | flags, -1, 0);
    }

    private static long mapped(LinuxCalls calls, long address, long bytes, int access, int flags) {
        long result = call(calls, address, bytes, access, flags);
        if (result < 0 && result > -4096) {
            throw new VirtualMemoryException("mmap of " + bytes + " bytes failed with " + Errno.name(result));
        }
        return result;
    }
}
