package dev.psyne.fiber;

/**
 * What a scheduler has done and has before it. The figures are read one after another while the workers go on, so they need
 * not agree with each other. On {@link FiberProvider#VIRTUAL_THREADS} the JDK queues and moves the jobs itself: there
 * {@code steals}, {@code waits} and {@code queuedJobs} are zero.
 *
 * @param workers the workers
 * @param jobsRun the jobs finished since the start; joining a parallel loop counts as one
 * @param steals the jobs and resumed fibers that a worker took from another worker's queue since the start
 * @param waits how often a waiting job has been resumed since the start
 * @param queuedJobs the jobs that no worker has begun
 * @param waitingFibers the jobs that have given their worker away and are not yet ready to go on
 */
public record SchedulerStatistics(
        int workers, long jobsRun, long steals, long waits, int queuedJobs, int waitingFibers) {}
