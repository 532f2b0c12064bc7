package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Loop fibers on workers of our own: what the workers share. */
class WorkerPool implements JobPool {
    private static final VarHandle PHASE = FieldHandle.of(MethodHandles.lookup(), "phase", Phase.class);

    final IdleWorkers idle;

    private final SchedulerOptions options;
    private final CustomVirtualThreads threads;
    private final Worker[] workers;
    final JobQueues queues;
    final HeldWorkers held;

    private final ConcurrentLinkedQueue<LoopFiber> injectedReady = new ConcurrentLinkedQueue<>();
    private final OpenLoops loops = new OpenLoops();
    private final Set<LoopFiber> fibers = ConcurrentHashMap.newKeySet();
    /** Fibers with a job: mounted, waiting or ready. The others rest. */
    private final AtomicInteger active = new AtomicInteger();
    /** Those of them that stand in for one that waits, and take no place from others. */
    private final AtomicInteger standIns = new AtomicInteger();

    private final AtomicInteger fiberNumbers = new AtomicInteger();
    private volatile Phase phase = Phase.RUNNING;

    /** Makes a worker that has not started. */
    interface WorkerFactory {
        Worker create(WorkerPool pool, int index, SchedulerOptions options);
    }

    WorkerPool(SchedulerOptions options, WorkerFactory factory) {
        this.options = options;
        this.threads = CustomVirtualThreads.open();
        this.queues = new JobQueues(options.queuedJobs());
        this.workers = new Worker[options.workers()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = factory.create(this, i, options);
        }
        List<Victims<Runnable>> jobs = Victims.of(jobDeques(), options.pins());
        List<Victims<LoopFiber>> fibersToRun = Victims.of(readyDeques(), options.pins());
        for (int i = 0; i < workers.length; i++) {
            workers[i].robs(jobs.get(i), fibersToRun.get(i));
        }
        this.idle = new IdleWorkers(workers);
        this.held = new HeldWorkers(this, options, List.of(workers));
    }

    static WorkerPool start(SchedulerOptions options) {
        WorkerPool pool = new WorkerPool(options, Worker::new);
        pool.held.start();
        if (options.prewarmed()) {
            pool.idle.wakeAll();
        }
        return pool;
    }

    @Override
    public void submit(Priority priority, Runnable job, @Nullable LoopFiber caller) {
        LoopFiber fiber = caller != null && caller.pool() == this ? caller : null;
        if (phase != Phase.RUNNING) {
            refuseIfClosed(fiber != null);
        }
        if (fiber != null && priority == Priority.NORMAL) {
            queueAt(fiber.worker(), job);
        } else {
            queueForAll(priority, job);
        }
        if (isStopping()) {
            // Closed since the check above: nobody may come to take the job.
            dropQueued();
        }
    }

    private void queueAt(Worker worker, Runnable job) {
        if (!worker.queue(job)) {
            throw JobRejectedException.full(options.name(), options.queuedJobs());
        }
        if (worker.jobs.size() > 1) {
            idle.signalIfSeen();
        } else {
            idle.signal();
        }
    }

    private void queueForAll(Priority priority, Runnable job) {
        if (!queues.offer(priority, job)) {
            throw JobRejectedException.full(options.name(), options.queuedJobs());
        }
        if (priority == Priority.CRITICAL) {
            idle.signalAtOnce();
        } else {
            idle.signal();
        }
    }

    @Override
    public @Nullable Throwable runLoop(ParallelLoop loop) {
        refuseIfClosed(isOwnJob());
        if (loop.joinersWanted() == 0) {
            loop.run();
        } else {
            int slot = loops.open(loop);
            idle.signal(loop.joinersWanted());
            loop.run();
            loops.close(slot);
        }
        return loop.awaitDone();
    }

    @Override
    public boolean isOwnJob() {
        return ownFiber() != null;
    }

    @Override
    public int callingWorkerNumber() {
        LoopFiber fiber = ownFiber();
        return fiber == null ? -1 : fiber.worker().number();
    }

    @Override
    public SchedulerStatistics statistics() {
        long jobsRun = 0;
        long steals = 0;
        long resumes = 0;
        int queued = queues.size();
        int running = injectedReady.size();
        for (Worker worker : workers) {
            jobsRun += worker.jobsRun();
            steals += worker.steals();
            resumes += worker.resumes();
            queued += worker.jobs.size();
            running += worker.ready.size() + (worker.isMounted() ? 1 : 0);
        }
        int waiting = Math.max(0, active.get() - running);
        return new SchedulerStatistics(workers.length, jobsRun, steals, resumes, queued, waiting);
    }

    @Override
    public List<WorkerStatistics> workerStatistics() {
        return Arrays.stream(workers).map(WorkerStatistics::of).toList();
    }

    @Override
    public Optional<PinnedJob> lastPinned() {
        return held.lastPinned();
    }

    @Override
    public void watch(boolean on) {
        for (Worker worker : workers) {
            worker.activity.watch(on);
        }
    }

    @Override
    public void drain() {
        if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.DRAINING)) {
            // The last to fall asleep ends the pool; it takes one that is awake.
            idle.signalAtOnce();
        }
    }

    @Override
    public void stop() {
        phase = Phase.STOPPING;
        VarHandle.fullFence();
        dropQueued();
        fibers.stream()
                .map(LoopFiber::thread)
                .sorted(Comparator.comparingLong(Thread::threadId))
                .forEach(Thread::interrupt);
        idle.wakeStarted();
        held.workerAwakes();
    }

    @Override
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Worker worker : workers) {
            if (!worker.awaitEnd(Math.max(0, deadline - System.nanoTime()))) {
                return false;
            }
        }
        return held.awaitEnd(deadline);
    }

    /** A worker that stands in for a held one; its number goes on behind those of the others. */
    SpareWorker createSpare(int number) {
        SpareWorker spare = new SpareWorker(this, workers.length + number, options);
        spare.robs(
                Victims.anyOf(spare.jobs, jobDeques(), number + 1),
                Victims.anyOf(spare.ready, readyDeques(), number + 1));
        return spare;
    }

    private List<WorkDeque<Runnable>> jobDeques() {
        return Arrays.stream(workers).map(worker -> worker.jobs).toList();
    }

    private List<WorkDeque<LoopFiber>> readyDeques() {
        return Arrays.stream(workers).map(worker -> worker.ready).toList();
    }

    /** While draining: ends the pool if no job is left. Called by a worker that is counted as asleep. */
    void stopIfQuiet() {
        if (phase != Phase.DRAINING) {
            return;
        }
        // All asleep before and after, and nobody went to sleep in between: so nobody was awake with a job in hand.
        long before = idle.entries();
        boolean quiet = idle.allSleep() && active.get() == 0 && !hasWork();
        if (quiet && idle.allSleep() && before == idle.entries()) {
            stop();
        }
    }

    /** Queues a fiber that can go on: at the caller's worker, or where every worker looks. */
    void ready(LoopFiber fiber) {
        Worker worker = callingWorker();
        if (worker == null || !worker.ready.push(fiber)) {
            injectedReady.add(fiber);
        }
        idle.signal();
    }

    /** Runs a virtual thread that is no fiber, though a job has started it, and which may outlive this pool. */
    void carryElsewhere(Runnable continuation) {
        threads.usualScheduler().execute(continuation);
    }

    LoopFiber create(Worker worker) {
        LoopFiber fiber =
                new LoopFiber(this, threads, options.name() + "-fiber-" + fiberNumbers.getAndIncrement(), worker);
        fibers.add(fiber);
        if (isStopping()) {
            // It may have missed the interrupt that the others got.
            fiber.thread().interrupt();
        }
        return fiber;
    }

    Set<LoopFiber> fibers() {
        return fibers;
    }

    /** Whether a further fiber may get a job. */
    boolean mayBegin() {
        return active.get() - standIns.get() < options.waitingFibers();
    }

    void began() {
        active.incrementAndGet();
    }

    /** A fiber with a job is about to be ready, to run it while another, for which it stands in, does nothing. */
    void standInBegan() {
        standIns.incrementAndGet();
        began();
    }

    void standInEnded() {
        standIns.decrementAndGet();
    }

    int begunJobs() {
        return active.get();
    }

    void rested() {
        if (active.decrementAndGet() == 0 && isStopping()) {
            idle.wakeStarted();
        }
    }

    /** The fiber's virtual thread ends now, after a job or out of its rest. */
    void ended(LoopFiber fiber, boolean afterJob) {
        fibers.remove(fiber);
        if (afterJob) {
            rested();
        }
    }

    boolean isStopping() {
        return phase == Phase.STOPPING;
    }

    /** Whether the workers may go: no jobs are taken any more and none lives. */
    boolean isEnded() {
        return isStopping() && active.get() == 0;
    }

    /** Whether a worker that looks around would find something to do. */
    boolean hasWork() {
        boolean begin = !isStopping() && mayBegin();
        if (hasInjectedReady() || (begin && (queues.size() > 0 || loops.hasJoinable()))) {
            return true;
        }
        for (Worker worker : workers) {
            if (worker.ready.size() > 0 || (begin && worker.jobs.size() > 0)) {
                return true;
            }
        }
        return false;
    }

    boolean hasInjectedReady() {
        return !injectedReady.isEmpty();
    }

    @Nullable
    LoopFiber pollInjectedReady() {
        return injectedReady.poll();
    }

    /** A job from anywhere but the worker's own queue. */
    @Nullable
    Runnable findJob(Worker thief) {
        Runnable job = loops.join();
        thief.activity.took(Priority.NORMAL, JobSource.SHARED);
        if (job == null) {
            job = thief.poll(Priority.NORMAL);
        }
        if (job == null) {
            job = thief.stealJob();
            if (job != null) {
                thief.activity.took(Priority.NORMAL, JobSource.STOLEN);
                stolen(thief, thief.jobVictims(), false);
            }
        }
        return job == null ? thief.poll(Priority.LOW) : job;
    }

    @Nullable
    LoopFiber stealReady(Worker thief) {
        Victims<LoopFiber> victims = thief.readyVictims();
        LoopFiber fiber = victims.steal();
        if (fiber != null) {
            stolen(thief, victims, true);
        }
        return fiber;
    }

    private void stolen(Worker thief, Victims<?> victims, boolean fiber) {
        thief.countSteal();
        if (FlightRecording.isPossible() && StealEvent.isOn()) {
            WorkDeque<?> robbed = victims.robbed();
            for (Worker victim : workers) {
                if (victim.jobs == robbed || victim.ready == robbed) {
                    StealEvent.happened(thief, victim, fiber);
                }
            }
        }
    }

    /** Null if jobs have no scoped values from their spawners. */
    @Nullable
    CarriedValues carried() {
        return options.carried();
    }

    void reportUncaught(Throwable failure) {
        options.reportUncaught(failure);
    }

    /** The worker that the calling thread is, or that carries it. */
    @Nullable
    Worker callingWorker() {
        if (Thread.currentThread() instanceof Worker carrier) {
            return carrier.belongsTo(this) ? carrier : null;
        }
        LoopFiber fiber = ownFiber();
        return fiber == null ? null : fiber.worker();
    }

    private @Nullable LoopFiber ownFiber() {
        LoopFiber fiber = LoopFiber.current();
        return fiber != null && fiber.pool() == this ? fiber : null;
    }

    private void refuseIfClosed(boolean fromOwnJob) {
        Phase now = phase;
        if (now == Phase.STOPPING || (now == Phase.DRAINING && !fromOwnJob)) {
            throw JobRejectedException.closed(options.name());
        }
    }

    private void dropQueued() {
        for (Runnable job = queues.pollAny(0); job != null; job = queues.pollAny(0)) {
            options.drop(job);
        }
        for (Worker worker : workers) {
            for (Runnable job = worker.jobs.steal(); job != null; job = worker.jobs.steal()) {
                options.drop(job);
            }
        }
    }
}
