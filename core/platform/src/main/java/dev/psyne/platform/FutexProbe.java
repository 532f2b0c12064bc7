package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;

/** Whether futex(2) answers: a wake nobody waits for and a wait whose word has already changed, both of which return at once. */
final class FutexProbe {
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int EAGAIN = 11;
    private static final int WORD = 1;

    private FutexProbe() {}

    static Availability probe(Host host) {
        return LinuxCalls.tryWith(host, calls -> {
            try {
                SystemCall.FUTEX.number(host.architecture());
            } catch (NoSuchElementException unknown) {
                return new Unavailable(unknown.getMessage() + " is not known", "nothing to do: waits park instead");
            }
            return call(calls);
        });
    }

    private static Availability call(LinuxCalls calls) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_INT, WORD);
            long wake = calls.call(SystemCall.FUTEX, word.address(), FUTEX_WAKE, 1);
            long wait = calls.call(SystemCall.FUTEX, word.address(), FUTEX_WAIT, WORD + 1);
            if (wake == 0 && wait == -EAGAIN) {
                return new Available("futex(2) answers");
            }
            return new Unavailable(
                    "futex answered " + wake + " to a wake and " + wait + " to a wait",
                    "allow futex in the sandbox or seccomp profile this process runs under");
        }
    }
}
