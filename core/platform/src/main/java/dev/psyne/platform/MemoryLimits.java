package dev.psyne.platform;

/** The limits of this process on memory (proc_pid_limits(5)). */
final class MemoryLimits {
    private static final String LOCKED = "Max locked memory";

    private MemoryLimits() {}

    /** The soft limit on locked memory as the kernel prints it: a number of bytes, {@code unlimited}, or {@code unknown}. */
    static String lockedMemory(Host host) {
        for (String line : host.lines("proc/self/limits")) {
            if (line.startsWith(LOCKED)) {
                return line.substring(LOCKED.length()).strip().split("\\s+", 2)[0];
            }
        }
        return "unknown";
    }

    static VirtualMemoryException lockRefused(Host host, long bytes, long result) {
        return new VirtualMemoryException("locking " + bytes + " bytes failed with " + Errno.name(result)
                + "; the limit RLIMIT_MEMLOCK is " + lockedMemory(host)
                + " bytes: raise it (ulimit -l, LimitMEMLOCK= of"
                + " systemd, --ulimit memlock= of docker) or lock less");
    }
}
