package dev.psyne.platform;

/** Pages between two that must not be touched: a wild access ends the JVM instead of reading something. */
public final class GuardedPages {
    private static final long GUARD_BYTES = 64L << 20;
    private static final int NO_ACCESS = 0;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int FIXED = 0x10;

    private GuardedPages() {}

    /** Zeroed pages; the guards stay when they are released. */
    public static Pages map(long bytes) {
        LinuxCalls calls = LinuxCalls.link();
        if (bytes % calls.pageBytes() != 0) {
            throw new IllegalArgumentException(bytes + " bytes are no whole pages");
        }
        long guard = mapped(calls, 0, bytes + 2 * GUARD_BYTES, NO_ACCESS, 0);
        long address = mapped(calls, guard + GUARD_BYTES, bytes, READ_WRITE, FIXED);
        return new MappedPages(calls, guard + GUARD_BYTES, bytes, bytes, address != 0);
    }

    private static long mapped(LinuxCalls calls, long address, long bytes, int access, int flags) {
        long result = calls.call(SystemCall.MMAP, address, bytes, access, PRIVATE_ANONYMOUS_NORESERVE | flags, -1, 0);
        if (result < 0 && result > -4096) {
            throw new VirtualMemoryException("mmap of " + bytes + " bytes failed with " + Errno.name(result));
        }
        return result;
    }
}
