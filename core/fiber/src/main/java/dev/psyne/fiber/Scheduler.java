package dev.psyne.fiber;

import dev.psyne.platform.Availability;
import dev.psyne.platform.ProcessorLimits;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs on a few workers. A job that waits gives its worker away: for a {@link Counter}, a lock, a monitor, a queue, a
 * sleep, a socket or any other {@link java.util.concurrent.locks.LockSupport#park}; ten thousand jobs may wait at once.
 *
 * <p>A job runs on a fiber, which is a virtual thread: {@link Thread#currentThread()}, locks, monitors and {@link ThreadLocal}
 * hold across a wait, on whichever worker the job goes on. The fiber is used again for other jobs, so what a job leaves in a
 * {@code ThreadLocal} the next one finds; what a job is to have from its spawner goes into a {@link JobLocal}, or a
 * {@link ScopedValue} that the scheduler {@linkplain Builder#carries carries}. A wait inside a
 * class initialiser or inside a call from native code holds the worker, because such frames cannot be set aside; so does a
 * blocking call of the kernel. Some hundredths of a second later a spare worker stands in for it, of which there are up to 256.
 *
 * <p>Jobs of one {@link Priority} start in no particular order. What a job without a counter throws goes to the uncaught
 * exception handler; the worker goes on. All methods may be called from any thread and from jobs.
 *
 * <pre>{@code
 * try (Scheduler scheduler = Scheduler.create(2)) {
 *     Counter counter = Counter.create();
 *     scheduler.spawn(counter, () -> index(left));
 *     scheduler.spawn(counter, () -> index(right));
 *     counter.await();
 * }
 * }</pre>
 */
public final class Scheduler implements AutoCloseable {
    /** The most workers that a scheduler takes. */
    public static final int MAX_WORKERS = 1024;

    /** Jobs that may be queued at each worker, and as many from outside, unless the builder says otherwise. */
    public static final int DEFAULT_QUEUED_JOBS = 1 << 20;

    /** Jobs that may have begun and wait, unless the builder says otherwise; each holds its stack, from about 1 kB. */
    public static final int DEFAULT_WAITING_FIBERS = 1 << 18;

    /** How long {@link #close()} waits for jobs to end by themselves, unless the builder says otherwise. */
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(10);

    /** How long {@link #close()} waits for interrupted jobs, unless the builder says otherwise. */
    public static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(5);

    /** The most scoped values that {@link Builder#carries} takes. */
    public static final int MAX_CARRIED_VALUES = Long.SIZE;

    /** The longest of these timeouts. */
    public static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final SchedulerOptions options;
    private final JobPool pool;
    private final WorkerWatches watches;
    private final @Nullable CarriedValues carried;

    private Scheduler(SchedulerOptions options) {
        this(
                options,
                switch (options.fibers()) {
                    case LOOP_FIBERS -> WorkerPool.start(options);
                    case VIRTUAL_THREADS -> new VirtualThreadPool(options);
                });
    }

    Scheduler(SchedulerOptions options, JobPool pool) {
        this.options = options;
        this.pool = pool;
        this.watches = new WorkerWatches(pool);
        this.carried = options.carried();
    }

    /** A scheduler with so many workers, and the defaults of {@link #builder()}. */
    public static Scheduler create(int workers) {
        return builder().workers(workers).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int workers() {
        return options.workers();
    }

    JobPool pool() {
        return pool;
    }

    /** How the jobs of this scheduler wait. */
    public FiberProvider fibers() {
        return options.fibers();
    }

    /** Where each worker was to run and where it does, as of now: a worker is pinned when it begins. */
    public List<WorkerPlacement> placement() {
        return options.pins().told();
    }

    /**
     * Queues a job.
     *
     * @throws JobRejectedException if the queue is full or the scheduler closed
     */
    public void spawn(Runnable job) {
        spawn(Priority.NORMAL, job);
    }

    /**
     * Queues a job with a priority.
     *
     * @throws JobRejectedException if the priority's queue is full or the scheduler closed
     */
    public void spawn(Priority priority, Runnable job) {
        LoopFiber caller = LoopFiber.current();
        pool.submit(Objects.requireNonNull(priority), captured(caller, job), caller);
    }

    /**
     * Queues a job that {@code counter} counts until its end.
     *
     * @throws JobRejectedException if the queue is full or the scheduler closed; the job is not counted then
     */
    public void spawn(Counter counter, Runnable job) {
        spawn(Priority.NORMAL, counter, job);
    }

    /**
     * Queues a job with a priority that {@code counter} counts until its end.
     *
     * @throws JobRejectedException if the priority's queue is full or the scheduler closed; the job is not counted then
     */
    public void spawn(Priority priority, Counter counter, Runnable job) {
        LoopFiber caller = LoopFiber.current();
        submit(Objects.requireNonNull(priority), new CountedJob(counter, captured(caller, job)), caller);
    }

    /**
     * Queues a batch of jobs as one object: {@code body} for every index from {@code begin} (included) to {@code end}
     * (excluded), in pieces of {@code grain} indices (the last may be shorter), each run once. The worker that begins the
     * batch takes pieces from the front, as does every worker that is idle meanwhile. The counter counts it as one job.
     *
     * @throws IllegalArgumentException if {@code grain} is not positive or {@code begin} is after {@code end}
     * @throws JobRejectedException if the queue is full or the scheduler closed; the batch is not counted then
     */
    public void spawnBatch(Counter counter, int begin, int end, int grain, RangeBody body) {
        submit(Priority.NORMAL, new RangeJob(counter, pool, loop(begin, end, grain, body)), LoopFiber.current());
    }

    /**
     * Queues a job once {@code before} is zero; {@code counter} counts it from now until its end. No worker waits meanwhile.
     * If a job of {@code before} has failed, this one does not run, and {@code counter} fails with the same.
     *
     * @throws IllegalArgumentException if both are one counter: the job would wait for itself
     */
    public void spawnAfter(Counter before, Counter counter, Runnable job) {
        if (before == counter) {
            throw new IllegalArgumentException("a job cannot be counted by the counter it waits for: " + counter);
        }
        LoopFiber caller = LoopFiber.current();
        CountedJob counted = new CountedJob(counter, captured(caller, job));
        counter.started(caller);
        before.whenZero(failure -> {
            if (failure != null) {
                counter.finished(failure);
                return;
            }
            try {
                pool.submit(Priority.NORMAL, counted, LoopFiber.current());
            } catch (JobRejectedException rejected) {
                counter.finished(rejected);
            }
        });
    }

    /**
     * Queues a job whose result somebody joins.
     *
     * @throws JobRejectedException if the queue is full or the scheduler closed
     */
    public <T extends @Nullable Object> Fork<T> fork(Callable<T> job) {
        LoopFiber caller = LoopFiber.current();
        ForkedJob<T> forked = ForkedJob.of(SpawnContext.capture(caller, carried), Objects.requireNonNull(job));
        pool.submit(Priority.NORMAL, forked, caller);
        return forked;
    }

    private Runnable captured(@Nullable LoopFiber caller, Runnable job) {
        return CapturedJob.of(SpawnContext.capture(caller, carried), Objects.requireNonNull(job));
    }

    private void submit(Priority priority, Counted job, @Nullable LoopFiber caller) {
        job.counter().started(caller);
        try {
            pool.submit(priority, job, caller);
        } catch (JobRejectedException rejected) {
            job.counter().finished(null);
            throw rejected;
        }
    }

    /**
     * Runs a job and waits for its result; in a job of this scheduler, runs it in place.
     *
     * @throws JobFailedException if the job failed; the cause is what it threw
     * @throws JobRejectedException if the queue is full or the scheduler closed
     * @throws AwaitInterruptedException if the thread is interrupted while it waits; the job goes on
     */
    public <T extends @Nullable Object> T call(Callable<T> job) {
        CalledJob<T> outcome = new CalledJob<>(job);
        if (pool.isOwnJob()) {
            outcome.run();
        } else {
            Counter counter = Counter.create();
            spawn(counter, outcome);
            counter.await();
        }
        return outcome.get();
    }

    /** As {@link #call}, for a job without a result. */
    public void run(Runnable job) {
        Callable<@Nullable Void> call = () -> {
            job.run();
            return null;
        };
        call(call);
    }

    /**
     * Runs {@code body} for every index from {@code begin} (included) to {@code end} (excluded) and returns when all have
     * run. The range is cut into pieces of {@code grain} indices (the last may be shorter), each run once; the caller takes
     * pieces, as do idle workers, {@link #workers()} threads in all. The pieces of one caller may run in any order. From the
     * second failure on failures are lost; after the first no further piece begins.
     *
     * @throws IllegalArgumentException if {@code grain} is not positive or {@code begin} is after {@code end}
     * @throws JobFailedException if the body failed; the cause is what it threw
     * @throws JobRejectedException if the scheduler is closed
     */
    public void parallelFor(int begin, int end, int grain, RangeBody body) {
        Throwable failure = pool.runLoop(loop(begin, end, grain, body));
        if (failure != null) {
            throw new JobFailedException(failure);
        }
    }

    private ParallelLoop loop(int begin, int end, int grain, RangeBody body) {
        SpawnContext context = SpawnContext.capture(LoopFiber.current(), carried);
        return new ParallelLoop(begin, end, grain, Objects.requireNonNull(body), options.workers(), context);
    }

    /** What has been done and what is queued, at about this moment. Cheap enough to be asked every second. */
    public SchedulerStatistics statistics() {
        return pool.statistics();
    }

    /**
     * The job that was last seen to hold its worker although it waited, because its stack could not be set aside. A spare
     * worker stands in meanwhile. Always empty on {@link FiberProvider#VIRTUAL_THREADS}, where the JDK does that itself.
     */
    public Optional<PinnedJob> lastPinned() {
        return pool.lastPinned();
    }

    /**
     * What each worker has done and has before it; empty on {@link FiberProvider#VIRTUAL_THREADS}, whose workers are the
     * JDK's. Cheap enough to be asked every second.
     */
    public List<WorkerStatistics> workerStatistics() {
        return pool.workerStatistics();
    }

    /** Has the workers take the times that {@link WorkerStatistics} tells, until the watch is closed. */
    public WorkerWatch watchWorkers() {
        return watches.open();
    }

    /**
     * Takes no more jobs from outside, waits for the jobs that are queued or have begun (which may still spawn), and ends the
     * workers. Jobs that take longer than the drain timeout are interrupted, and queued ones dropped: their counters fail
     * with a {@link JobRejectedException}. If the calling thread is interrupted, that happens at once. Idempotent.
     *
     * @throws IllegalStateException if called in a job of this scheduler, or if jobs still run when the stop timeout is over;
     *     the workers that carry them end with them
     */
    @Override
    public void close() {
        if (pool.isOwnJob()) {
            throw new IllegalStateException("scheduler " + options.name() + " cannot be closed by a job of its own");
        }
        pool.drain();
        boolean interrupted = Thread.interrupted();
        boolean ended = false;
        try {
            ended = !interrupted && pool.awaitEnd(options.drainTimeout());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        try {
            if (!ended) {
                pool.stop();
                ended = pool.awaitEnd(options.stopTimeout());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            throw new IllegalStateException("scheduler " + options.name()
                    + " has jobs that do not end although interrupted: " + pool.statistics());
        }
    }

    /** The options of a scheduler. Not for use by several threads. */
    public static final class Builder {
        private int workers;
        private String name = "psyne";
        private @Nullable FiberProvider fibers;
        private Preset preset = Preset.THROUGHPUT;
        private Placement placement = Placement.none();
        private boolean prewarmed;
        private int queuedJobs = DEFAULT_QUEUED_JOBS;
        private int waitingFibers = DEFAULT_WAITING_FIBERS;
        private Duration drainTimeout = DEFAULT_DRAIN_TIMEOUT;
        private Duration stopTimeout = DEFAULT_STOP_TIMEOUT;
        private @Nullable UncaughtExceptionHandler handler;

        private @Nullable Duration helpPatience;
        private List<ScopedValue<?>> carried = List.of();

        private Builder() {}

        /** How many jobs run at once, 1 to {@link #MAX_WORKERS}; the default is {@link ProcessorLimits#usable()}. */
        public Builder workers(int count) {
            if (count < 1 || count > MAX_WORKERS) {
                throw new IllegalArgumentException("workers must be 1 to " + MAX_WORKERS + ": " + count);
            }
            workers = count;
            return this;
        }

        /** The first part of the names of its threads, {@code psyne} by default. */
        public Builder name(String prefix) {
            name = Objects.requireNonNull(prefix);
            return this;
        }

        /** Forces how jobs wait; the default is {@link FiberProvider#preferred()}. */
        public Builder fibers(FiberProvider provider) {
            fibers = Objects.requireNonNull(provider);
            return this;
        }

        /** For what the workers are tuned; {@link Preset#THROUGHPUT} by default. */
        public Builder preset(Preset tuning) {
            preset = Objects.requireNonNull(tuning);
            return this;
        }

        /** On which CPUs the workers run; {@link Placement#none()} by default. */
        public Builder placement(Placement where) {
            placement = Objects.requireNonNull(where);
            return this;
        }

        /** Starts every worker at once; by default a worker is started when it is first needed. */
        public Builder prewarmed() {
            prewarmed = true;
            return this;
        }

        /** Jobs that may be queued at each worker, and as many from outside of each priority; one more is rejected. */
        public Builder queuedJobs(int limit) {
            queuedJobs = positive("queuedJobs", limit);
            return this;
        }

        /** Jobs that may have begun and wait; further ones stay queued until one of them has ended. */
        public Builder waitingFibers(int limit) {
            waitingFibers = positive("waitingFibers", limit);
            return this;
        }

        /** How long {@link Scheduler#close()} waits for jobs to end by themselves. */
        public Builder drainTimeout(Duration timeout) {
            drainTimeout = bounded("drainTimeout", timeout);
            return this;
        }

        /** How long {@link Scheduler#close()} waits for jobs that it has interrupted. */
        public Builder stopTimeout(Duration timeout) {
            stopTimeout = bounded("stopTimeout", timeout);
            return this;
        }

        /** Is given what a job without a counter throws; the default is the thread's own handler. */
        public Builder uncaughtExceptionHandler(UncaughtExceptionHandler uncaught) {
            handler = Objects.requireNonNull(uncaught);
            return this;
        }

        /**
         * For debugging: tells the uncaught exception handler, as a {@link StuckHelpException}, of each job that waits longer
         * than {@code patience} on the stack of a job that awaits it. Costs a look at every fiber some twenty times a second.
         * On {@link FiberProvider#VIRTUAL_THREADS} no job runs on another's stack.
         */
        public Builder checkHelping(Duration patience) {
            helpPatience = bounded("patience", patience);
            return this;
        }

        /**
         * The scoped values that every job has from its spawner, as it has {@link JobLocal}s: each is bound in the job, and in
         * each piece of a loop or a batch, to what it was bound to around the call that spawned it or ran it, and unbound if
         * it was unbound there, whether the job runs at once, later, on another worker or while somebody waits for it. None
         * by default; each call takes the place of the one before.
         *
         * <p>No other scoped value travels. A job has it unbound, except while it is helped: then it sees what the job that
         * helps has bound. Nor does anything else that the JDK ties to a thread, as a {@link ThreadLocal}.
         *
         * <p>Each value costs a spawn one {@link ScopedValue#isBound()}, and an object or two if it is bound. A job that
         * waits where one of them is bound does not itself help with a job that has it unbound: another fiber does, beyond
         * {@link #waitingFibers} if need be, and at the price of a switch.
         *
         * @throws IllegalArgumentException if they are more than {@link #MAX_CARRIED_VALUES}
         */
        public Builder carries(ScopedValue<?>... values) {
            if (values.length > MAX_CARRIED_VALUES) {
                throw new IllegalArgumentException(
                        "a scheduler carries up to " + MAX_CARRIED_VALUES + " scoped values: " + values.length);
            }
            carried = List.of(values);
            return this;
        }

        /**
         * Makes the scheduler.
         *
         * @throws UnsupportedOperationException if the forced provider, or pinning its workers, is not available here;
         *     the message says why
         * @throws IllegalArgumentException if the workers are to run on CPUs that this process may not use
         * @throws dev.psyne.platform.AffinityException if the kernel refuses to pin
         */
        public Scheduler build() {
            return new Scheduler(options());
        }

        SchedulerOptions options() {
            FiberProvider provider = fibers == null ? FiberProvider.preferred() : fibers;
            if (provider.availability() instanceof Availability.Unavailable(String why, String cure)) {
                throw new UnsupportedOperationException(provider + " is not available: " + why + "; " + cure);
            }
            if (provider == FiberProvider.VIRTUAL_THREADS && !(placement instanceof Placement.Free)) {
                throw new UnsupportedOperationException(
                        "the JDK places the carriers of virtual threads; use LOOP_FIBERS to pin workers");
            }
            int count = workers > 0
                    ? workers
                    : Math.min(MAX_WORKERS, ProcessorLimits.current().usable());
            return new SchedulerOptions(
                    count,
                    name,
                    provider,
                    preset,
                    WorkerPins.plan(placement, count),
                    prewarmed,
                    queuedJobs,
                    waitingFibers,
                    drainTimeout,
                    stopTimeout,
                    handler,
                    helpPatience,
                    CarriedValues.of(carried));
        }

        private static int positive(String option, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(option + " must be positive: " + value);
            }
            return value;
        }

        private static Duration bounded(String option, Duration value) {
            if (value.isNegative() || value.compareTo(MAX_TIMEOUT) > 0) {
                throw new IllegalArgumentException(option + " must be zero to " + MAX_TIMEOUT + ": " + value);
            }
            return value;
        }
    }
}
