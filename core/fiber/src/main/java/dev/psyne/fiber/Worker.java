package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A carrier: a daemon platform thread that mounts one fiber after another, and looks for work when none can run.
 *
 * <p>Everything that is not final here belongs to the carrier thread, which is also the thread that runs the mounted fiber.
 */
final class Worker extends Thread {
    /** Each so many turns a job goes before a ready fiber, so that fibers which only yield starve nobody. */
    private static final int READY_TURNS = 16;

    /** Resting fibers kept for the next jobs; more end, which gives back their stacks after a burst of waiting jobs. */
    private static final int RESTING_FIBERS = 256;

    /** How long an idle worker looks around before it parks; adapts between the two to whether that finds anything. */
    private static final long MIN_SPIN_NANOS = 8_000;

    private static final long MAX_SPIN_NANOS = 50_000;

    /** A ready fiber is left to its own worker so long, so that two fibers which wake each other stay on one. */
    private static final long THIEF_PATIENCE_NANOS = 5_000;

    private static final int SPINS_PER_LOOK = 16;

    private static final VarHandle JOBS_RUN = FieldHandle.of(MethodHandles.lookup(), "jobsRun", long.class);
    private static final VarHandle STEALS = FieldHandle.of(MethodHandles.lookup(), "steals", long.class);
    private static final VarHandle MOUNTED = FieldHandle.of(MethodHandles.lookup(), "mounted", boolean.class);
    private static final VarHandle RESUMES = FieldHandle.of(MethodHandles.lookup(), "resumes", long.class);

    final WorkDeque<Runnable> jobs;
    final WorkDeque<LoopFiber> ready;
    final AtomicBoolean asleep = new AtomicBoolean(true);
    final WorkerActivity activity = new WorkerActivity();

    private final WorkerPool pool;
    private final long longestSpinNanos;
    private final ArrayDeque<LoopFiber> resting = new ArrayDeque<>();
    private long spinNanos = MAX_SPIN_NANOS;
    private int turns;
    private int taken;
    private volatile boolean started;
    private volatile boolean mounted;
    private volatile long jobsRun;
    private volatile long steals;
    private volatile long resumes;

    Worker(WorkerPool pool, String name, SchedulerOptions options) {
        super(name);
        setDaemon(true);
        this.pool = pool;
        this.jobs = new WorkDeque<>(options.queuedJobs());
        this.ready = new WorkDeque<>(options.waitingFibers());
        this.longestSpinNanos = options.preset().longestSpinNanos();
    }

    @Override
    public void run() {
        // Whoever started it counted it among those who search.
        LoopFiber fiber = search();
        while (fiber != null) {
            MOUNTED.setOpaque(this, true);
            activity.mount(fiber, this);
            MOUNTED.setOpaque(this, false);
            fiber = next(false);
            if (fiber == null) {
                pool.idle.beginSearch();
                fiber = search();
            }
        }
        endResting();
    }

    /** Called by the one thread that has ended its sleep: a worker sleeps from the beginning until it is first needed. */
    void startOrUnpark() {
        if (started) {
            LockSupport.unpark(this);
        } else {
            started = true;
            start();
        }
    }

    boolean isStarted() {
        return started;
    }

    /** The next job for the fiber that is mounted here; null if fibers are ready to go on, or nothing is left. */
    @Nullable
    Runnable nextJobUnlessReady() {
        return ready.size() > 0 || pool.hasInjectedReady() ? null : nextJob();
    }

    /** The youngest queued job if it belongs to {@code counter}. */
    @Nullable
    Runnable popJobOf(Counter counter) {
        return jobs.peek() instanceof CountedJob counted && counted.counter() == counter ? jobs.pop() : null;
    }

    boolean belongsTo(WorkerPool other) {
        return pool == other;
    }

    boolean keepsFibers() {
        return resting.size() < RESTING_FIBERS && !pool.isStopping();
    }

    /** Lays a fiber aside that has just been unmounted here. */
    void rest(LoopFiber fiber) {
        resting.push(fiber);
        pool.rested();
    }

    void countJob() {
        JOBS_RUN.setOpaque(this, jobsRun + 1);
    }

    void countSteal(Worker victim, boolean fiber) {
        STEALS.setOpaque(this, steals + 1);
        StealEvent.happened(this, victim, fiber);
    }

    long jobsRun() {
        return jobsRun;
    }

    long steals() {
        return steals;
    }

    long resumes() {
        return resumes;
    }

    boolean isMounted() {
        return mounted;
    }

    private @Nullable LoopFiber next(boolean stealReady) {
        boolean jobFirst = ++turns % READY_TURNS == 0;
        LoopFiber fiber = jobFirst ? fiberWithJob() : null;
        if (fiber == null) {
            fiber = readyFiber(stealReady);
        }
        return fiber == null && !jobFirst ? fiberWithJob() : fiber;
    }

    private @Nullable LoopFiber readyFiber(boolean stealReady) {
        LoopFiber fiber = ready.poll();
        if (fiber == null) {
            fiber = pool.pollInjectedReady();
        }
        if (fiber == null && stealReady) {
            fiber = pool.stealReady(this);
        }
        if (fiber != null) {
            RESUMES.setOpaque(this, resumes + 1);
        }
        return fiber;
    }

    private @Nullable LoopFiber fiberWithJob() {
        if (!pool.mayBegin()) {
            return null;
        }
        Runnable job = nextJob();
        if (job == null) {
            return null;
        }
        LoopFiber fiber = resting.poll();
        if (fiber == null) {
            fiber = pool.create(this);
        }
        fiber.give(job);
        pool.began();
        return fiber;
    }

    private @Nullable Runnable nextJob() {
        if (pool.isStopping()) {
            return null;
        }
        Runnable job = jobInTurn();
        if (job == null) {
            job = poll(Priority.CRITICAL);
        }
        if (job == null) {
            job = poll(Priority.HIGH);
        }
        if (job == null) {
            job = jobs.pop();
            activity.took(Priority.NORMAL, JobSource.OWN);
        }
        return job == null ? pool.findJob(this) : job;
    }

    /** Now and then the first job is not one of the highest priority, nor the youngest. */
    private @Nullable Runnable jobInTurn() {
        Priority first = JobQueues.first(++taken & Integer.MAX_VALUE);
        if (first == Priority.CRITICAL) {
            return null;
        }
        Runnable job = poll(first);
        if (job == null && first == Priority.NORMAL) {
            job = jobs.poll();
            activity.took(Priority.NORMAL, JobSource.OWN);
        }
        return job;
    }

    /** A job from the queue that all workers share. */
    @Nullable
    Runnable poll(Priority priority) {
        Runnable job = pool.queues.poll(priority);
        if (job != null) {
            activity.took(priority, JobSource.SHARED);
        }
        return job;
    }

    private @Nullable LoopFiber search() {
        LoopFiber fiber = spin();
        while (fiber == null && !pool.isEnded()) {
            sleepUntilWoken();
            fiber = spin();
        }
        if (pool.idle.endSearch() && pool.hasWork()) {
            pool.idle.wakeOne();
        }
        return fiber;
    }

    private @Nullable LoopFiber spin() {
        long start = System.nanoTime();
        long passed = 0;
        while (passed < spinNanos || passed < longestSpinNanos && pool.idle.searchesAlone()) {
            LoopFiber fiber = next(passed >= THIEF_PATIENCE_NANOS);
            if (fiber != null) {
                spinNanos = Math.min(MAX_SPIN_NANOS, spinNanos * 2);
                return fiber;
            }
            for (int i = 0; i < SPINS_PER_LOOK; i++) {
                Thread.onSpinWait();
            }
            passed = System.nanoTime() - start;
        }
        spinNanos = Math.max(MIN_SPIN_NANOS, spinNanos / 2);
        return null;
    }

    private void sleepUntilWoken() {
        pool.idle.enter(this);
        // Announced first, then looked once more: whoever queued before the announcement is seen here, whoever queues
        // after it wakes us.
        if (pool.hasWork() || pool.isEnded()) {
            pool.idle.leave(this);
            return;
        }
        pool.stopIfQuiet();
        activity.slept();
        ParkEvent event = ParkEvent.begun();
        while (asleep.get()) {
            LockSupport.park(this);
            // An interrupt of a mounted fiber is the carrier's too for a while; left set it would keep park from
            // parking.
            Thread.interrupted();
        }
        if (event != null) {
            event.ended();
        }
    }

    private void endResting() {
        for (LoopFiber fiber = resting.poll(); fiber != null; fiber = resting.poll()) {
            fiber.end();
            if (fiber.begun()) {
                fiber.mount(this);
            }
        }
    }
}
