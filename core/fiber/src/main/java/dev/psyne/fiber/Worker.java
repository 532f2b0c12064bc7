package dev.psyne.fiber;

import dev.psyne.platform.KernelThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A carrier: a daemon platform thread that mounts one fiber after another, and looks for work when none can run.
 *
 * <p>Everything that is not final here belongs to the carrier thread, which is also the thread that runs the mounted fiber.
 *
 * <p>The moves that {@link #run} is made of are methods of their own, so that a simulation can let several workers make them
 * in any order.
 */
class Worker extends Thread {
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
    private static final VarHandle MOUNTED = FieldHandle.of(MethodHandles.lookup(), "mountedFiber", LoopFiber.class);
    private static final VarHandle RESUMES = FieldHandle.of(MethodHandles.lookup(), "resumes", long.class);

    final WorkDeque<Runnable> jobs;
    final WorkDeque<LoopFiber> ready;
    final AtomicBoolean asleep = new AtomicBoolean(true);
    final WorkerActivity activity = new WorkerActivity();

    private final CountDownLatch begun = new CountDownLatch(1);

    private final WorkerPool pool;
    private final int number;
    private final SchedulerOptions options;
    private final long longestSpinNanos;
    private final ArrayDeque<LoopFiber> resting = new ArrayDeque<>();
    private long spinNanos = MAX_SPIN_NANOS;
    private @Nullable Victims<Runnable> jobVictims;
    private @Nullable Victims<LoopFiber> readyVictims;
    private int turns;
    private int taken;
    private @Nullable Counter sharded;
    private @Nullable CounterShard shard;
    private @Nullable Counter ended;
    private long endedJobs;
    private volatile @Nullable KernelThread kernelThread;
    private volatile @Nullable LoopFiber mountedFiber;
    private volatile boolean started;
    private volatile long jobsRun;
    private volatile long steals;
    private volatile long resumes;

    Worker(WorkerPool pool, int number, SchedulerOptions options) {
        this(pool, options.name() + "-worker-" + number, number, options, options.queuedJobs());
    }

    /** A worker that queues at most so many jobs; with none it queues no fibers either. */
    Worker(WorkerPool pool, String name, int number, SchedulerOptions options, int queuedJobs) {
        super(name);
        setDaemon(true);
        this.pool = pool;
        this.number = number;
        this.options = options;
        this.jobs = new WorkDeque<>(queuedJobs);
        this.ready = new WorkDeque<>(Math.min(queuedJobs, options.waitingFibers()));
        this.longestSpinNanos = options.preset().longestSpinNanos();
    }

    @Override
    public void run() {
        begin();
        options.pins().pin(number, options);
        // Whoever started it counted it among those who search.
        LoopFiber fiber = search();
        while (fiber != null) {
            mount(fiber);
            fiber = next(false);
            if (fiber == null) {
                pool.idle.beginSearch();
                fiber = search();
            }
        }
        endResting();
    }

    final void begin() {
        begun.countDown();
        kernelThread = KernelThread.current().orElse(null);
    }

    /** Waits until a worker that was ever needed has ended; false if that took too long. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        // Whoever needs it ends its sleep first and starts it then; it can only sleep again once it has started.
        boolean needed = !asleep.get() || started;
        long deadline = System.nanoTime() + nanos;
        return !needed
                || begun.await(nanos, TimeUnit.NANOSECONDS)
                        && join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    /** Called by the one thread that has ended its sleep: a worker sleeps from the beginning until it is first needed. */
    void startOrUnpark() {
        pool.held.workerAwakes();
        if (started) {
            LockSupport.unpark(this);
        } else {
            started = true;
            start();
        }
    }

    /** From 0, in its pool. */
    int number() {
        return number;
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
    CountedJob popJobOf(Counter counter) {
        return jobs.peek() instanceof CountedJob counted && counted.counter().isOf(counter)
                ? (CountedJob) jobs.pop()
                : null;
    }

    /** The calling worker's shard of a counter. */
    CounterShard shardOf(Counter counter) {
        if (sharded != counter) {
            shard = counter.shardOf(this);
            sharded = counter;
        }
        return Objects.requireNonNull(shard);
    }

    /** A job of this counter is about to begin: what was finished of another must not wait for it. */
    void settleUnless(Counter counter) {
        if (ended != counter) {
            settle();
        }
    }

    /** A job of this counter has ended; told to the counter when no other job of it follows at once. */
    void finished(Counter counter) {
        if (ended != counter) {
            settle();
            ended = counter;
        }
        endedJobs++;
    }

    /** Tells a counter of its jobs that have ended here. To be called before anything that may take time. */
    void settle() {
        Counter counter = ended;
        if (counter != null) {
            long count = endedJobs;
            ended = null;
            endedJobs = 0;
            countJobs(count);
            counter.finished(count, this);
        }
    }

    /** From whom it steals. */
    final void robs(Victims<Runnable> ofJobs, Victims<LoopFiber> ofFibers) {
        jobVictims = ofJobs;
        readyVictims = ofFibers;
    }

    final Victims<Runnable> jobVictims() {
        return Objects.requireNonNull(jobVictims);
    }

    final Victims<LoopFiber> readyVictims() {
        return Objects.requireNonNull(readyVictims);
    }

    /** Carrier only: queues a job where it is taken first; false if the queue is full. */
    boolean queue(Runnable job) {
        return jobs.push(job);
    }

    /** A job of another worker. */
    @Nullable
    Runnable stealJob() {
        return jobVictims().stealSome();
    }

    boolean belongsTo(WorkerPool other) {
        return pool == other;
    }

    boolean keepsFibers() {
        return resting.size() < RESTING_FIBERS && !pool.isStopping();
    }

    /** A fiber without a job, which is the caller's. */
    LoopFiber takeFiber() {
        LoopFiber fiber = resting.poll();
        if (fiber == null) {
            return pool.create(this);
        }
        fiber.wake();
        return fiber;
    }

    /** Whether the calling thread is this worker's. */
    boolean isCaller() {
        return Thread.currentThread() == this;
    }

    /** Lays a fiber aside that has just been unmounted here. */
    void rest(LoopFiber fiber) {
        resting.push(fiber);
        pool.rested();
    }

    void countJobs(long count) {
        JOBS_RUN.setOpaque(this, jobsRun + count);
    }

    void countSteal() {
        STEALS.setOpaque(this, steals + 1);
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
        return mountedFiber != null;
    }

    /** The fiber that it carries now. */
    @Nullable
    LoopFiber mountedFiber() {
        return mountedFiber;
    }

    /** Whether its thread waits for something, which while it carries a fiber it should not. */
    boolean isBlocked() {
        KernelThread thread = kernelThread;
        return switch (getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case RUNNABLE -> thread != null && thread.isBlocked();
            case NEW, TERMINATED -> false;
        };
    }

    /** Runs a fiber until it waits, rests or ends. */
    final void mount(LoopFiber fiber) {
        MOUNTED.setOpaque(this, fiber);
        activity.mount(fiber, this);
        settle();
        MOUNTED.setOpaque(this, null);
    }

    /** Looks around once. */
    @Nullable
    final LoopFiber next(boolean stealReady) {
        boolean jobFirst = ++turns % READY_TURNS == 0;
        LoopFiber fiber = jobFirst ? fiberWithJob() : null;
        if (fiber == null) {
            fiber = readyFiber(stealReady);
        }
        return fiber == null && !jobFirst ? fiberWithJob() : fiber;
    }

    private @Nullable LoopFiber readyFiber(boolean stealReady) {
        while (true) {
            LoopFiber fiber = queuedFiber(stealReady);
            if (fiber == null) {
                return null;
            }
            switch (fiber.take()) {
                case FREE -> {
                    RESUMES.setOpaque(this, resumes + 1);
                    return fiber;
                }
                case TAKEN -> {
                    // It has not quite left its last worker.
                    pool.ready(fiber);
                    return null;
                }
                case ASIDE -> {
                    // It was queued a second time and has come to rest by the first.
                }
            }
        }
    }

    private @Nullable LoopFiber queuedFiber(boolean stealReady) {
        LoopFiber fiber = ready.poll();
        if (fiber == null) {
            fiber = pool.pollInjectedReady();
        }
        return fiber == null && stealReady ? pool.stealReady(this) : fiber;
    }

    private @Nullable LoopFiber fiberWithJob() {
        if (!pool.mayBegin()) {
            return null;
        }
        Runnable job = nextJob();
        if (job == null) {
            return null;
        }
        LoopFiber fiber = takeFiber();
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
            pool.idle.enter(this);
            if (maySleep()) {
                sleepUntilWoken();
            }
            fiber = spin();
        }
        endSearch();
        return fiber;
    }

    /** The last who searched, and found something, lets another look for more. */
    final void endSearch() {
        if (pool.idle.endSearch() && pool.hasWork()) {
            pool.idle.wakeOne();
        }
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

    /**
     * Announced first, then looked once more: whoever queued before the announcement is seen here, whoever queues after it
     * wakes us.
     */
    final boolean maySleep() {
        sharded = null;
        shard = null;
        if (pool.hasWork() || pool.isEnded()) {
            pool.idle.leave(this);
            return false;
        }
        pool.stopIfQuiet();
        return true;
    }

    private void sleepUntilWoken() {
        activity.slept();
        ParkEvent event = FlightRecording.isPossible() ? ParkEvent.begun() : null;
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

    final void endResting() {
        for (LoopFiber fiber = resting.poll(); fiber != null; fiber = resting.poll()) {
            fiber.wake();
            fiber.end();
            if (fiber.begun()) {
                fiber.mount(this);
            }
        }
    }
}
