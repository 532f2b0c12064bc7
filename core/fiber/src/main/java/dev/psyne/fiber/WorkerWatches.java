package dev.psyne.fiber;

import java.util.concurrent.atomic.AtomicBoolean;

/** Tells the workers when the first watch opens, and when the last one closes. */
final class WorkerWatches {
    private final JobPool pool;
    private int open;

    WorkerWatches(JobPool pool) {
        this.pool = pool;
    }

    WorkerWatch open() {
        count(1);
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                count(-1);
            }
        };
    }

    private synchronized void count(int change) {
        open += change;
        pool.watch(open > 0);
    }
}
