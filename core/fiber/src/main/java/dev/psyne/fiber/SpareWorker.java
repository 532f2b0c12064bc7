package dev.psyne.fiber;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a worker that is held by its job, until that goes on. It has no queues of its own: what its jobs spawn and
 * wake goes to the shared ones. It looks for work now and then rather than being woken, so that those who queue need not
 * know of it.
 */
final class SpareWorker extends Worker {
    private static final long MIN_PAUSE_NANOS = 50_000;
    private static final long MAX_PAUSE_NANOS = 5_000_000;

    private final WorkerPool pool;

    SpareWorker(WorkerPool pool, int number, SchedulerOptions options) {
        super(pool, options.name() + "-spare-" + number, number, options, 0);
        this.pool = pool;
    }

    @Override
    public void run() {
        begin();
        long pause = MIN_PAUSE_NANOS;
        while (!pool.held.mayRetire()) {
            LoopFiber fiber = nextOrNone();
            if (fiber != null) {
                mount(fiber);
                pause = MIN_PAUSE_NANOS;
            } else {
                pool.stopIfQuiet();
                LockSupport.parkNanos(this, pause);
                Thread.interrupted();
                pause = Math.min(MAX_PAUSE_NANOS, 2 * pause);
            }
        }
        endResting();
    }

    @Override
    boolean queue(Runnable job) {
        return pool.queues.offer(Priority.NORMAL, job);
    }

    @Override
    @Nullable
    Runnable stealJob() {
        return jobVictims().steal();
    }

    /** Counts as one that has a job while it looks, so that the pool does not end between its finding one and its beginning. */
    private @Nullable LoopFiber nextOrNone() {
        pool.began();
        try {
            return next(true);
        } finally {
            pool.rested();
        }
    }
}
