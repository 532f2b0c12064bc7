package dev.psyne.fiber;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands behind a {@link Scheduler}: one implementation for each {@link FiberProvider}. */
interface JobPool {
    /**
     * Queues a job; throws {@link JobRejectedException}.
     *
     * @param caller the fiber that the calling thread is, if it is one, of whatever pool
     */
    void submit(Priority priority, Runnable job, @Nullable LoopFiber caller);

    /**
     * Runs a loop to its end, the caller taking part; throws {@link JobRejectedException}.
     *
     * @return the first failure of its body
     */
    @Nullable
    Throwable runLoop(ParallelLoop loop);

    /** Whether the calling thread is a job of this pool. */
    boolean isOwnJob();

    /** The number of the worker that runs the calling job; -1 if the caller is no job on a worker of this pool. */
    int callingWorkerNumber();

    SchedulerStatistics statistics();

    /** Those of each worker; empty if the workers are not ours. */
    List<WorkerStatistics> workerStatistics();

    /** The job that was last seen to hold its worker. */
    Optional<PinnedJob> lastPinned();

    /** Whether the workers take the times that {@link WorkerWatch} names. */
    void watch(boolean on);

    /** Begins the end: no jobs from outside any more. */
    void drain();

    /** Drops what is queued and interrupts what runs. */
    void stop();

    /** Waits until no job lives and no thread of the pool either; false if that took too long. */
    boolean awaitEnd(Duration timeout) throws InterruptedException;
}
