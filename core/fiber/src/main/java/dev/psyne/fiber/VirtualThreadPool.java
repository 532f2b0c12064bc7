package dev.psyne.fiber;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A virtual thread of the JDK for each job: the way that every JDK offers. */
final class VirtualThreadPool implements JobPool {
    private final SchedulerOptions options;
    private final Set<Thread> live = ConcurrentHashMap.newKeySet();
    private final AtomicInteger admitted = new AtomicInteger();
    private final JobQueues queues;
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final LongAdder jobsRun = new LongAdder();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    VirtualThreadPool(SchedulerOptions options) {
        this.options = options;
        this.queues = new JobQueues(Integer.MAX_VALUE);
    }

    @Override
    public void submit(Priority priority, Runnable job, @Nullable LoopFiber caller) {
        refuseIfClosed();
        if (!admit(priority, job)) {
            throw JobRejectedException.full(options.name(), options.queuedJobs());
        }
    }

    @Override
    public @Nullable Throwable runLoop(ParallelLoop loop) {
        refuseIfClosed();
        boolean room = true;
        for (int i = loop.joinersWanted(); room && i > 0; i--) {
            // One that finds no room is missed by nobody: the caller runs what is left.
            room = admit(Priority.NORMAL, () -> {
                if (loop.tryJoin()) {
                    loop.run();
                }
            });
        }
        loop.run();
        return loop.awaitDone();
    }

    @Override
    public boolean isOwnJob() {
        return live.contains(Thread.currentThread());
    }

    @Override
    public int callingWorkerNumber() {
        return -1;
    }

    @Override
    public SchedulerStatistics statistics() {
        int waiting = 0;
        for (Thread thread : live) {
            switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> waiting++;
                case NEW, RUNNABLE, TERMINATED -> {}
            }
        }
        return new SchedulerStatistics(options.workers(), jobsRun.sum(), 0, 0, 0, waiting);
    }

    @Override
    public List<WorkerStatistics> workerStatistics() {
        return List.of();
    }

    @Override
    public Optional<PinnedJob> lastPinned() {
        return Optional.empty();
    }

    @Override
    public void watch(boolean on) {
        // The workers are the JDK's, and take no times for us.
    }

    @Override
    public void drain() {
        phase.compareAndSet(Phase.RUNNING, Phase.DRAINING);
    }

    @Override
    public void stop() {
        phase.set(Phase.STOPPING);
        live.forEach(Thread::interrupt);
    }

    @Override
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (admitted.get() > 0 && nanos > 0) {
                nanos = empty.awaitNanos(nanos);
            }
            return admitted.get() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a thread for one more job, which takes the job that is first by then. */
    private boolean admit(Priority priority, Runnable job) {
        if (admitted.incrementAndGet() > options.queuedJobs()) {
            leave();
            return false;
        }
        queues.offer(priority, job);
        Thread thread = Thread.ofVirtual()
                .name(options.name() + "-fiber-" + numbers.getAndIncrement())
                .inheritInheritableThreadLocals(false)
                .unstarted(this::runFirst);
        live.add(thread);
        thread.start();
        return true;
    }

    private void runFirst() {
        // As many jobs are queued as threads have not come here yet.
        run(Objects.requireNonNull(queues.pollAny(turns.getAndIncrement() & Integer.MAX_VALUE)));
    }

    private void run(Runnable job) {
        JobEvent event = FlightRecording.isPossible() ? JobEvent.begun(job) : null;
        try {
            if (phase.get() == Phase.STOPPING) {
                options.drop(job);
            } else {
                job.run();
            }
        } catch (Throwable failure) {
            options.reportUncaught(failure);
        }
        if (event != null) {
            event.ended();
        }
        jobsRun.increment();
        live.remove(Thread.currentThread());
        leave();
    }

    private void leave() {
        if (admitted.decrementAndGet() == 0 && phase.get() != Phase.RUNNING) {
            lock.lock();
            try {
                empty.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void refuseIfClosed() {
        Phase now = phase.get();
        if (now == Phase.STOPPING || (now == Phase.DRAINING && !isOwnJob())) {
            throw JobRejectedException.closed(options.name());
        }
    }
}
