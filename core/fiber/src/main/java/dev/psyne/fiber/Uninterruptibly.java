package dev.psyne.fiber;

/** Waits that an interrupt does not end; the thread's interrupt status is set when they return. */
final class Uninterruptibly {
    private Uninterruptibly() {}

    /** Calls {@code wait} until it is not interrupted. */
    static void await(Runnable wait) {
        boolean interrupted = false;
        boolean waiting = true;
        try {
            while (waiting) {
                try {
                    wait.run();
                    waiting = false;
                } catch (AwaitInterruptedException again) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
