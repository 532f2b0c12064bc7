package dev.psyne.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A thread as the kernel knows it: proc_thread_self(5) and proc_pid_stat(5). Linux only. A virtual thread has its carrier's.
 *
 * @param number the kernel's number of the thread
 */
public record KernelThread(long number) {
    /** A link to PROCESS/task/THREAD. */
    private static final Path CALLER = Path.of("/proc/thread-self");

    private static final char RUNNING = 'R';

    /** The calling thread; empty where the kernel does not tell. */
    public static Optional<KernelThread> current() {
        try {
            return Optional.of(new KernelThread(
                    Long.parseLong(Files.readSymbolicLink(CALLER).getFileName().toString())));
        } catch (IOException | NumberFormatException untold) {
            return Optional.empty();
        }
    }

    /** Whether it neither runs nor could run: it waits in the kernel, for whatever. False once it has ended. */
    public boolean isBlocked() {
        try {
            String stat = Files.readString(Path.of("/proc/self/task/" + number + "/stat"));
            // The second field, the name, may hold spaces and parentheses; the state follows the last of these.
            int state = stat.lastIndexOf(')') + 2;
            return state > 1 && state < stat.length() && stat.charAt(state) != RUNNING;
        } catch (IOException ended) {
            return false;
        }
    }
}
