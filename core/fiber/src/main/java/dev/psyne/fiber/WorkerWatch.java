package dev.psyne.fiber;

/**
 * While it is open, the workers of a scheduler take the times of mounts and jobs, for {@link Scheduler#workerStatistics()}.
 * That costs two readings of the clock a job. Several may be open at once; closing twice is once. For any thread.
 */
public interface WorkerWatch extends AutoCloseable {
    @Override
    void close();
}
