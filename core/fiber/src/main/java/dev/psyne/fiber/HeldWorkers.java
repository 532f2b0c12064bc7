package dev.psyne.fiber;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then for workers that a job holds although it waits: it is pinned (a class initialiser or a native frame on
 * its stack), or in a blocking call of the kernel. A spare worker stands in for each while that lasts, up to
 * {@value #MOST_SPARES}, so that jobs which such a job waits for are run.
 *
 * <p>A worker is held if it has carried one fiber for a whole period without ending a job, and its thread waits. Looking goes
 * on while there is something to see and rests when all workers sleep.
 */
final class HeldWorkers implements Runnable {
    /** More held workers than this go without a stand-in. */
    static final int MOST_SPARES = 256;

    private static final long PERIOD_NANOS = 50_000_000;

    /** Periods without a worker awake before the looking rests. */
    private static final int QUIET_PERIODS = 20;

    private final WorkerPool pool;
    private final SchedulerOptions options;
    private final AtomicInteger spares = new AtomicInteger();
    private final List<Worker> looked;
    private final Set<SpareWorker> alive = ConcurrentHashMap.newKeySet();
    private final Map<Worker, Look> looks = new HashMap<>();
    private final @Nullable HelpCheck check;
    private final Thread thread;
    private volatile int held;
    private volatile boolean resting;
    private volatile @Nullable PinnedJob last;
    private int numbers;
    private int quiet;

    HeldWorkers(WorkerPool pool, SchedulerOptions options, List<Worker> workers) {
        this.pool = pool;
        this.options = options;
        this.looked = new ArrayList<>(workers);
        Duration patience = options.helpPatience();
        this.check = patience == null ? null : new HelpCheck(patience, options::reportUncaught);
        this.thread = Thread.ofVirtual()
                .name(options.name() + "-watch")
                .inheritInheritableThreadLocals(false)
                .unstarted(this);
    }

    /** A worker awakes. */
    void workerAwakes() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    void start() {
        thread.start();
    }

    /** To be called by a spare worker: true if there are more than are needed, and then it must end. */
    boolean mayRetire() {
        int now = spares.get();
        return (now > held || pool.isEnded()) && spares.compareAndSet(now, now - 1);
    }

    /** The job that was last seen to hold its worker because it could not be set aside. */
    Optional<PinnedJob> lastPinned() {
        return Optional.ofNullable(last);
    }

    /** Waits until no spare worker is left; false if that took too long. */
    boolean awaitEnd(long deadline) throws InterruptedException {
        for (SpareWorker spare : alive) {
            if (!spare.awaitEnd(Math.max(0, deadline - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run() {
        while (!pool.isEnded()) {
            try {
                look();
            } catch (RuntimeException | OutOfMemoryError failure) {
                // No thread for a spare worker, for one; the next look may have more luck.
                options.reportUncaught(failure);
            }
            if (quiet > QUIET_PERIODS && check == null) {
                rest();
            } else {
                LockSupport.parkNanos(this, PERIOD_NANOS);
            }
        }
        held = 0;
    }

    private void rest() {
        resting = true;
        if (pool.idle.allSleep() && !pool.isEnded()) {
            LockSupport.park(this);
        }
        resting = false;
        quiet = 0;
    }

    private void look() {
        int count = 0;
        boolean awake = false;
        for (Worker worker : looked) {
            Look before = looks.get(worker);
            Look now = Look.at(worker, before);
            looks.put(worker, now);
            count += now.isHeld() ? 1 : 0;
            awake |= !worker.asleep.get();
            if (now.isHeld() && (before == null || !before.isHeld())) {
                report(worker);
            }
        }
        forgetEndedSpares();
        quiet = awake ? 0 : quiet + 1;
        if (pool.hasWork()) {
            pool.idle.signal();
        }
        if (check != null) {
            check.look(pool.fibers());
        }
        held = count;
        while (spares.get() < Math.min(count, MOST_SPARES)) {
            startSpare();
        }
    }

    private void forgetEndedSpares() {
        for (SpareWorker spare : alive) {
            if (!spare.isAlive()) {
                alive.remove(spare);
                looked.remove(spare);
                looks.remove(spare);
            }
        }
    }

    private void startSpare() {
        SpareWorker spare = pool.createSpare(numbers++);
        spare.startOrUnpark();
        spares.incrementAndGet();
        looked.add(spare);
        alive.add(spare);
    }

    private void report(Worker worker) {
        LoopFiber fiber = worker.mountedFiber();
        if (fiber == null || worker.getState() == Thread.State.RUNNABLE || !fiber.waits()) {
            // In a call of the kernel, not pinned; or it has gone on since, and to ask for the stack of a fiber that is
            // ready or rests would have the JDK queue it once more.
            return;
        }
        worker.activity.pinned();
        List<StackTraceElement> stack = List.of(fiber.thread().getStackTrace());
        if (FlightRecording.isPossible()) {
            PinEvent.happened(worker, fiber, stack);
        }
        last = new PinnedJob(worker.getName(), Instant.now(), stack);
    }

    /** What a worker had done by the last look. */
    private record Look(long mounts, long jobs, boolean isHeld) {
        static Look at(Worker worker, @Nullable Look before) {
            long mounts = worker.activity.mounts();
            long jobs = worker.jobsRun();
            boolean stands = before != null
                    && worker.isMounted()
                    && mounts == before.mounts
                    && jobs == before.jobs
                    && worker.isBlocked();
            return new Look(mounts, jobs, stands);
        }
    }
}
