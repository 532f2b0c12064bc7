package dev.psyne.fiber;

import java.util.concurrent.RejectedExecutionException;

/**
 * The scheduler did not take a job: its queue is full, or it is closed. Thrown to whoever spawned; a job that was taken and
 * then dropped by {@link Scheduler#close()} hands it to its counter, or to the uncaught exception handler.
 */
public final class JobRejectedException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    private JobRejectedException(String message) {
        super(message);
    }

    static JobRejectedException closed(String scheduler) {
        return new JobRejectedException("scheduler " + scheduler + " is closed");
    }

    static JobRejectedException full(String scheduler, int limit) {
        return new JobRejectedException("scheduler " + scheduler + " has a queue of " + limit
                + " jobs already: spawn slower, or give the builder a larger queuedJobs");
    }
}
