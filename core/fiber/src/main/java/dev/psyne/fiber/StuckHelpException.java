package dev.psyne.fiber;

import java.util.Arrays;

/**
 * A job waits on the stack of another job, which awaits it and therefore runs it: if it waits for a lock, or for anything else,
 * that the other one would give, neither goes on. Told to the uncaught exception handler of a scheduler that was built with
 * {@link Scheduler.Builder#checkHelping}; nothing is stopped.
 *
 * <p>The stack of this exception is that of the job that waits, its {@linkplain #getCause() cause's} that of the job that awaits
 * it. Let the one await with {@link Counter#awaitWithoutHelping()}, or give up the lock before it awaits.
 */
public final class StuckHelpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StuckHelpException(String message, Throwable below) {
        super(message, below);
    }

    /** Made of the stack of a thread, innermost frame first, in which {@link LoopFiber} has run one job for another. */
    static StuckHelpException of(String thread, StackTraceElement[] stack) {
        int border = 0;
        while (border < stack.length && !isHelp(stack[border])) {
            border++;
        }
        IllegalStateException below = new IllegalStateException("the job that awaits it stands here");
        below.setStackTrace(Arrays.copyOfRange(stack, border, stack.length));
        StuckHelpException stuck = new StuckHelpException(
                "a job waits on the stack of the job that awaits it, on " + thread
                        + "; if it waits for what the other holds, neither goes on",
                below);
        stuck.setStackTrace(Arrays.copyOfRange(stack, 0, border));
        return stuck;
    }

    private static boolean isHelp(StackTraceElement frame) {
        boolean helps =
                frame.getMethodName().equals("help") || frame.getMethodName().equals("runIfYoungest");
        return helps && frame.getClassName().equals(LoopFiber.class.getName());
    }
}
