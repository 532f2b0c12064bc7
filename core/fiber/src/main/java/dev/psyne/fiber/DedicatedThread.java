package dev.psyne.fiber;

import java.util.function.Consumer;

/**
 * A thread for the few who wait for other processes at memory that they share, where no selector tells and a worker must not be
 * held. Everything else is a job of a {@link Scheduler}.
 */
public final class DedicatedThread {
    private DedicatedThread() {}

    /**
     * Makes a thread of the system's, which keeps no process from ending; it is not started yet.
     *
     * @param failures is told what {@code task} throws
     */
    public static Thread platform(String name, Runnable task, Consumer<Throwable> failures) {
        return Thread.ofPlatform().daemon().name(name).unstarted(() -> run(task, failures));
    }

    /** Makes a virtual one, for what mostly sleeps; otherwise as {@link #platform}. */
    public static Thread virtual(String name, Runnable task, Consumer<Throwable> failures) {
        return Thread.ofVirtual().name(name).unstarted(() -> run(task, failures));
    }

    private static void run(Runnable task, Consumer<Throwable> failures) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            failures.accept(failure);
        }
    }
}
