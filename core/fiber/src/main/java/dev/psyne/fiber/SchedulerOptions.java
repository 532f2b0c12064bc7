package dev.psyne.fiber;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What {@link Scheduler.Builder} collects; checked there. */
record SchedulerOptions(
        int workers,
        String name,
        FiberProvider fibers,
        Preset preset,
        WorkerPins pins,
        boolean prewarmed,
        int queuedJobs,
        int waitingFibers,
        Duration drainTimeout,
        Duration stopTimeout,
        @Nullable UncaughtExceptionHandler handler,
        @Nullable Duration helpPatience,
        @Nullable CarriedValues carried) {

    /** Hands on what a job without a counter threw. */
    void reportUncaught(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            (handler != null ? handler : thread.getUncaughtExceptionHandler()).uncaughtException(thread, failure);
        } catch (Throwable fromHandler) {
            // The JVM ignores what such a handler throws (Thread.UncaughtExceptionHandler); a worker must outlive it
            // too.
            failure.addSuppressed(fromHandler);
        }
    }

    /** Tells whoever may wait for a queued job that it will never run. */
    void drop(Runnable job) {
        JobRejectedException dropped = JobRejectedException.closed(name);
        switch (job) {
            case DroppableJob awaited -> awaited.dropped(dropped);
            case CapturedJob captured -> drop(captured.job());
            default -> reportUncaught(dropped);
        }
    }
}
