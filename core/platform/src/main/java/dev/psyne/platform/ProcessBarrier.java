package dev.psyne.platform;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A store-load fence split in two, a free half for the side that runs often and a dear half for the side that runs seldom.
 *
 * <p>Two threads that each write one word and then read the other's (Dekker) need a full fence between write and read, or
 * both may miss the other's write. Here the busy one calls {@link #light()}, which only keeps the compiler from exchanging
 * the two; the other calls a heavy half, which makes the kernel run a full fence on every core that runs such a thread:
 * membarrier(2), about a microsecond. Where the kernel has no such call all are full fences, within a process.
 *
 * <p>Within a process ({@link #heavy()}, MEMBARRIER_CMD_PRIVATE_EXPEDITED) the fence holds always. Between processes
 * ({@link #heavyEverywhere()}, MEMBARRIER_CMD_GLOBAL_EXPEDITED) Linux passes over a core on which a thread of a registered
 * process has just ended while another thread of the same process goes on there: {@code exit_mm} clears what the core says
 * of itself, and a switch between threads of one process does not set it again. Seen with Linux 6.18, some times in 200 000
 * fences while threads end. Who relies on it must look once more after {@link #SETTLED_NANOS}.
 *
 * <p>{@link #light()} rests on the JVM compiling {@link VarHandle#releaseFence()} to a fence of its own compiler, across
 * which C1 and C2 move no access of memory in either direction.
 */
public final class ProcessBarrier {
    /**
     * What a core has written is seen by all others after so long, in nanoseconds, whether it was fenced or not: a store buffer
     * holds nothing for a microsecond, and this is a thousand times as long.
     */
    public static final long SETTLED_NANOS = 1_000_000;

    private static final long GLOBAL_EXPEDITED = 1 << 1;
    private static final long REGISTER_GLOBAL_EXPEDITED = 1 << 2;
    private static final long PRIVATE_EXPEDITED = 1 << 3;
    private static final long REGISTER_PRIVATE_EXPEDITED = 1 << 4;
    private static final @Nullable BareSystemCall CALL =
            BareSystemCall.link(SystemCall.MEMBARRIER).orElse(null);
    private static final boolean ASYMMETRIC =
            membarrier(REGISTER_PRIVATE_EXPEDITED) == 0 && membarrier(REGISTER_GLOBAL_EXPEDITED) == 0;

    private ProcessBarrier() {}

    /** The free half, between a write and the read of the other side's word. */
    public static void light() {
        if (ASYMMETRIC) {
            VarHandle.releaseFence();
        } else {
            VarHandle.fullFence();
        }
    }

    /** The dear half against threads of this process, between a write and the read of the other side's word. */
    public static void heavy() {
        VarHandle.fullFence();
        if (ASYMMETRIC) {
            membarrier(PRIVATE_EXPEDITED);
        }
    }

    /** The dear half against threads of every registered process, which may miss one: see above. */
    public static void heavyEverywhere() {
        heavy();
        if (ASYMMETRIC) {
            membarrier(GLOBAL_EXPEDITED);
        }
    }

    private static long membarrier(long command) {
        return CALL == null ? -1 : CALL.callBlocking(command, 0, 0, 0);
    }
}
