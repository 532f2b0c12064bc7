package dev.psyne.fiber;

import java.util.List;

/**
 * What one worker of a scheduler has done and has before it. Counts are since the start. Times are taken only while a
 * {@link WorkerWatch} is open, so two looks within one watch tell how busy the worker was between them:
 *
 * <pre>{@code
 * busy share = (later.busyNanos() - earlier.busyNanos()) / (later.takenAtNanos() - earlier.takenAtNanos())
 * }</pre>
 *
 * The figures are read one after another while the worker goes on, so they need not agree with each other.
 *
 * @param name the name of its thread
 * @param isAsleep whether it has found nothing to do and sleeps, or was never needed
 * @param jobsRun the jobs that ended on it
 * @param steals the jobs and resumed fibers that it took from another worker's queue
 * @param mounts how often it has mounted a fiber: once for many jobs that do not wait, and once for each wait
 * @param parks how often it went to sleep
 * @param pins how often a job waited on it that could not be set aside
 * @param queuedJobs the jobs in its own queue
 * @param readyFibers the fibers in its own queue that can go on after a wait
 * @param busyNanos how long it has carried fibers while watched, in nanoseconds
 * @param takenAtNanos when the figures were read, by {@link System#nanoTime()}
 * @param jobLengths the jobs that ended on it while watched, by length, waits included: at index {@code i} those from
 *     2<sup>i</sup> to 2<sup>i+1</sup> nanoseconds, at the last index all longer ones too
 */
public record WorkerStatistics(
        String name,
        boolean isAsleep,
        long jobsRun,
        long steals,
        long mounts,
        long parks,
        long pins,
        int queuedJobs,
        int readyFibers,
        long busyNanos,
        long takenAtNanos,
        List<Long> jobLengths) {

    static WorkerStatistics of(Worker worker) {
        WorkerActivity activity = worker.activity;
        long now = System.nanoTime();
        return new WorkerStatistics(
                worker.getName(),
                worker.asleep.get(),
                worker.jobsRun(),
                worker.steals(),
                activity.mounts(),
                activity.sleeps(),
                activity.pins(),
                worker.jobs.size(),
                worker.ready.size(),
                activity.busyNanos(now),
                now,
                activity.jobLengths());
    }
}
