package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Whether futex(2) answers: a wake nobody waits for and a wait whose word has already changed, both of which return at once. */
final class FutexProbe {
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int EAGAIN = 11;
    private static final int WORD = 1;

    private FutexProbe() {}

    static Availability probe(Host host) {
        int number = callNumber(host.architecture());
        if (host.isLinux() && number < 0) {
            return new Unavailable(
                    "the number of the futex call is not known for " + host.architecture(),
                    "nothing to do: waits park instead");
        }
        return LinuxCalls.tryWith(host, calls -> call(calls, number));
    }

    private static Availability call(LinuxCalls calls, int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_INT, WORD);
            int wake = calls.futex(number, word, FUTEX_WAKE, 1);
            int wait = calls.futex(number, word, FUTEX_WAIT, WORD + 1);
            if (wake == 0 && wait == -EAGAIN) {
                return new Available("system call " + number + " answers");
            }
            return new Unavailable(
                    "futex answered " + wake + " to a wake and " + wait + " to a wait",
                    "allow futex in the sandbox or seccomp profile this process runs under");
        }
    }

    /** The number of the call in the kernel's tables, or -1. */
    private static int callNumber(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> 202;
            case "aarch64" -> 98;
            default -> -1;
        };
    }
}
