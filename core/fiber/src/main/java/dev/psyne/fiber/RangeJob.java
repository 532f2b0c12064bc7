package dev.psyne.fiber;

/**
 * A batch of jobs as one: an index range that the worker which begins it runs, and others with it.
 *
 * @param counter counts the batch as one job
 */
record RangeJob(Counter counter, JobPool pool, ParallelLoop loop) implements Counted {
    @Override
    public void run() {
        Throwable failure;
        try {
            failure = pool.runLoop(loop);
        } catch (JobRejectedException closed) {
            failure = closed;
        }
        counter.finished(failure);
    }
}
