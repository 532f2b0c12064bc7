package dev.psyne.platform;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A store-load fence split in two, a free half for the side that runs often and a dear half for the side that runs seldom.
 *
 * <p>Two threads that each write one word and then read the other's (Dekker) need a full fence between write and read, or
 * both may miss the other's write. Here the busy one calls {@link #light()}, which only keeps the compiler from exchanging
 * the two; the other calls {@link #heavy()}, which makes the kernel run a full fence on every core that runs a thread of a
 * process registered for it: membarrier(2), MEMBARRIER_CMD_GLOBAL_EXPEDITED, about a microsecond. Where the kernel has no
 * such call both are full fences, within a process; {@link #reachesOtherProcesses()} tells.
 *
 * <p>{@link #light()} rests on the JVM compiling {@link VarHandle#releaseFence()} to a fence of its own compiler, across
 * which C1 and C2 move no access of memory in either direction.
 */
public final class ProcessBarrier {
    private static final long REGISTER_GLOBAL_EXPEDITED = 1 << 2;
    private static final long GLOBAL_EXPEDITED = 1 << 1;
    private static final @Nullable BareSystemCall CALL =
            BareSystemCall.link(SystemCall.MEMBARRIER).orElse(null);
    private static final boolean ASYMMETRIC = membarrier(REGISTER_GLOBAL_EXPEDITED) == 0;

    private ProcessBarrier() {}

    /**
     * Whether the heavy half acts on the other registered processes of this machine. If not, this process must not sleep
     * on a word of another one for longer than a lost wake-up may cost.
     */
    public static boolean reachesOtherProcesses() {
        return ASYMMETRIC;
    }

    /** The free half, between a write and the read of the other side's word. */
    public static void light() {
        if (ASYMMETRIC) {
            VarHandle.releaseFence();
        } else {
            VarHandle.fullFence();
        }
    }

    /** The dear half, between a write and the read of the other side's word. */
    public static void heavy() {
        VarHandle.fullFence();
        if (ASYMMETRIC) {
            membarrier(GLOBAL_EXPEDITED);
        }
    }

    private static long membarrier(long command) {
        return CALL == null ? -1 : CALL.callBlocking(command, 0, 0, 0);
    }
}
