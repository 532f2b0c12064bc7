package dev.psyne.fiber;

import java.util.concurrent.CancellationException;

/** Where the job of a {@link JobPublisher} puts its items. Used by the thread that runs the job, and by no other. */
public interface FlowWriter<T> {
    /**
     * Waits until the subscriber has asked for an item, which gives the worker away, and hands it over; what the subscriber
     * does with it runs here, on the job's fiber.
     *
     * @throws CancellationException if the subscriber wants no more: the job should end, which it does if it lets this pass
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if called by another thread than the job's, or after its end
     */
    void write(T item);

    /** Whether the subscriber wants no more; for jobs that compute long between two items. */
    boolean isCancelled();
}
