package dev.psyne.bench.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much of the cores processes that are not the bench's used for a while: what {@code /proc/stat} counts as busy, less
 * the processor time of the bench's own processes (proc_stat(5), in hundredths of a second).
 *
 * @param wallNanos when
 * @param busyNanos of all cores, since the system started
 * @param ownNanos of the bench's own processes, since they started
 */
record OtherProcesses(long wallNanos, long busyNanos, long ownNanos) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final long TICK_NANOS = 10_000_000;
    private static final int FIELDS = 9;
    private static final int IDLE = 4;
    private static final int WAITING_FOR_DISKS = 5;

    /** Whether the system tells. Where it does not, nobody else is assumed. */
    static boolean areKnown() {
        return Files.isReadable(STAT);
    }

    /**
     * Now.
     *
     * @param childrenNanos processor time of the bench's other processes
     */
    static OtherProcesses now(long childrenNanos) throws IOException {
        long busy = areKnown() ? busyNanos(Files.readString(STAT)) : 0;
        long own = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
        return new OtherProcesses(System.nanoTime(), busy, own + childrenNanos);
    }

    /** Everything in the line of all cores that is neither idle nor waiting for a disk; guests are in "user" already. */
    static long busyNanos(String stat) {
        String[] words = stat.lines().findFirst().orElse("").split(" +", -1);
        long ticks = 0;
        for (int field = 1; field < Math.min(FIELDS, words.length); field++) {
            ticks += field == IDLE || field == WAITING_FOR_DISKS ? 0 : Long.parseLong(words[field]);
        }
        return ticks * TICK_NANOS;
    }

    /** The part of all cores' time that others used between two moments, 0 to 1. */
    static double share(OtherProcesses before, OtherProcesses after, int cores) {
        double others = after.busyNanos - before.busyNanos - (after.ownNanos - before.ownNanos);
        return Math.clamp(others / ((double) cores * (after.wallNanos - before.wallNanos)), 0, 1);
    }
}
