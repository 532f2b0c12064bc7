package dev.psyne.fiber;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs jobs on a few workers. */
public final class Scheduler implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final int workers;

    private Scheduler(int workers) {
        this.workers = workers;
    }

    public static Scheduler create(int workers) {
        return new Scheduler(workers);
    }

    public int workers() {
        return workers;
    }

    public void spawn(Runnable job) {
        executor.execute(job);
    }

    public void parallelFor(int begin, int end, int grain, RangeBody body) {
        body.run(begin, end);
    }

    @Override
    public void close() {
        executor.close();
    }
}
