package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that takes jobs one after another from the worker that carries it. A job costs no switch until it waits;
 * then the whole fiber is set aside with the job's stack, and the worker goes on with another fiber.
 *
 * <p>The fiber is the executor of its own virtual thread, so the JDK tells which fiber can go on and no queue allocates. A
 * fiber with nothing to do rests: it yields with {@code resting} set, and {@link #execute}, which the JDK calls on the
 * carrier after the unmount, lays it aside instead of queueing it.
 *
 * <p>{@code worker} is written by the carrier before each mount and must be read anew after everything that may wait.
 *
 * <p>Whoever asks a virtual thread that could go on for its stack ({@link Thread#getStackTrace}, a thread dump) has the JDK
 * submit it once more. So a fiber may be queued twice, or be queued while it rests, and {@code hold} says who may run it: one
 * worker at a time, which keeps it until the fiber is unmounted, or nobody but the worker at which it rests.
 */
final class LoopFiber implements Executor {
    /** Jobs that wait on one fiber's stack, each helping with the next; the deepest gives its worker away instead. */
    private static final int MOST_HELPED = 128;

    private static final VarHandle HOLD = FieldHandle.of(MethodHandles.lookup(), "hold", Hold.class);

    /** Whose a fiber is. */
    enum Hold {
        /** Whoever takes it out of a queue may run it. */
        FREE,
        /** A worker is about to run it, or does. */
        TAKEN,
        /** It rests; only its worker takes it. */
        ASIDE
    }

    private final WorkerPool pool;
    private final Thread thread;
    private Worker worker;
    private @Nullable Runnable continuation;
    private @Nullable Runnable job;
    private @Nullable StandIn standIn;
    private @Nullable JobContext context;
    private int depth;
    private int helped;
    private int mounts;
    private boolean resting;
    private boolean ending;
    private volatile Hold hold = Hold.TAKEN;

    LoopFiber(WorkerPool pool, CustomVirtualThreads threads, String name, Worker worker) {
        this.pool = pool;
        this.worker = worker;
        this.thread = threads.unstarted(this, name, this::loop);
    }

    /** The fiber that the calling thread is, if it is one. */
    static @Nullable LoopFiber current() {
        Thread thread = Thread.currentThread();
        // A virtual thread that a job has started inherits the fiber as its scheduler and is none itself.
        return CustomVirtualThreads.schedulerOf(thread) instanceof LoopFiber fiber && fiber.thread == thread
                ? fiber
                : null;
    }

    WorkerPool pool() {
        return pool;
    }

    Worker worker() {
        return worker;
    }

    Thread thread() {
        return thread;
    }

    /** What is bound in the job that runs. */
    @Nullable
    JobContext context() {
        return context;
    }

    void bind(@Nullable JobContext bound) {
        context = bound;
    }

    /** The job to begin with at the next mount. */
    void give(Runnable first) {
        job = first;
    }

    /** At the next mount the virtual thread ends. */
    void end() {
        ending = true;
    }

    boolean begun() {
        return continuation != null;
    }

    /** Whether a job runs here on the stack of one that awaits it; from elsewhere, a guess. */
    boolean isHelping() {
        return helped > 0;
    }

    /** Whether its thread waits, mounted or not; from elsewhere, a guess. */
    boolean waits() {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    /** How often it was mounted; from elsewhere, a guess. */
    int mounts() {
        return mounts;
    }

    /** Takes a fiber that was queued; what is returned is whose it was, {@link Hold#FREE} if it is the caller's now. */
    Hold take() {
        return (Hold) HOLD.compareAndExchange(this, Hold.FREE, Hold.TAKEN);
    }

    /** Takes a fiber that rests at the calling worker. */
    void wake() {
        hold = Hold.TAKEN;
    }

    /** Lets others take a fiber that the caller has taken. */
    void release() {
        hold = Hold.FREE;
    }

    /**
     * Runs the fiber, which the calling worker has taken, on it until it waits, rests or ends. When this returns the fiber
     * may already be on another worker, so nothing of it may be touched.
     */
    void mount(Worker carrier) {
        worker = carrier;
        mounts++;
        Runnable next = continuation;
        if (next == null) {
            thread.start();
            next = Objects.requireNonNull(continuation);
        }
        next.run();
        // Unless it rests.
        HOLD.compareAndSet(this, Hold.TAKEN, Hold.FREE);
    }

    /**
     * Called by the JDK whenever the virtual thread can go on: once by its start, then after each wait or yield. A virtual
     * thread that a job starts has its scheduler, this fiber, too; such a thread goes to the JDK's own.
     */
    @Override
    public void execute(Runnable command) {
        if (continuation == null) {
            continuation = command;
        } else if (command != continuation) {
            pool.carryElsewhere(command);
        } else if (worker.isCaller() && resting) {
            resting = false;
            hold = Hold.ASIDE;
            worker.rest(this);
        } else {
            pool.ready(this);
        }
    }

    /**
     * Runs the youngest queued jobs of the worker while they belong to {@code counter}; none on an interrupted thread, since
     * the interrupt is not theirs. From the first that may not run on this stack on, another fiber does the same instead,
     * and the caller is to wait.
     */
    void help(Counter counter) {
        CountedJob next = null;
        if (depth + helped < MOST_HELPED) {
            long bound = bound();
            helped++;
            next = helpable(counter);
            while (next != null && mayRunWhere(bound, next.bound())) {
                run(next, true);
                next = helpable(counter);
            }
            helped--;
        }
        worker.settle();
        if (next != null) {
            handOver(next, counter);
        }
    }

    /** The carried values that are bound in the caller. */
    private long bound() {
        CarriedValues carried = pool.carried();
        return carried == null ? 0 : carried.bound();
    }

    /** Whether nothing is bound on a stack that is not in the job. */
    private static boolean mayRunWhere(long boundOnStack, long boundInJob) {
        return (boundOnStack & ~boundInJob) == 0;
    }

    /**
     * Begins a job that the caller waits for on a fiber of its own. That fiber is ready at once, however many wait: the job
     * would have begun on this one, which does nothing until the job has ended.
     */
    private void handOver(Runnable next, @Nullable Counter counter) {
        LoopFiber other = worker.takeFiber();
        other.standIn = new StandIn(next, counter, depth + helped + 1);
        pool.standInBegan();
        other.release();
        pool.ready(other);
    }

    private @Nullable CountedJob helpable(Counter counter) {
        return thread.isInterrupted() ? null : worker.popJobOf(counter);
    }

    /**
     * Runs a fork on the stack of the job that joins it, if it is the youngest in the worker's queue; false if the caller is
     * to wait for it.
     */
    boolean runIfYoungest(ForkedJob<?> fork) {
        WorkDeque<Runnable> jobs = worker.jobs;
        if (jobs.peek() != fork || thread.isInterrupted()) {
            return false;
        }
        boolean here = mayRunWhere(bound(), fork.bound());
        if (!here && depth + helped >= MOST_HELPED || jobs.pop() == null) {
            return false;
        }
        if (here) {
            helped++;
            run(fork, true);
            helped--;
        } else {
            handOver(fork, null);
        }
        return here;
    }

    /** How many jobs wait below the one that runs. */
    int helped() {
        return helped;
    }

    private void loop() {
        boolean alive = true;
        while (alive && !ending) {
            StandIn other = standIn;
            if (other != null) {
                standIn = null;
                standIn(other);
            }
            for (Runnable next = job; next != null; next = worker.nextJobUnlessReady()) {
                job = null;
                // Where an overflow of the stack broke off, these may be left over.
                helped = 0;
                context = null;
                run(next, false);
                // Cleared before the phase is read: an interrupt by close comes after the phase that forbids another
                // job.
                Thread.interrupted();
            }
            worker.settle();
            alive = rest();
        }
        pool.ended(this, !ending);
    }

    /** As one who waits would have helped, but on a stack where nothing is bound. */
    private void standIn(StandIn other) {
        depth = other.depth();
        Runnable next = other.first();
        while (next != null) {
            worker.activity.took(Priority.NORMAL, JobSource.OWN);
            helped = 0;
            context = null;
            run(next, false);
            Thread.interrupted();
            Counter counter = other.counter();
            next = counter == null || pool.isStopping() ? null : helpable(counter);
        }
        depth = 0;
        pool.standInEnded();
    }

    /** Also for a helped job: what the waiting one has bound is none of its business. */
    private void run(Runnable next, boolean helped) {
        JobContext before = context;
        if (before != null) {
            context = null;
        }
        JobEvent event = FlightRecording.isPossible() ? JobEvent.begun(next, worker, helped) : null;
        long begun = worker.activity.now();
        if (next instanceof CountedJob counted) {
            runCounted(counted);
        } else if (helped && next instanceof ForkedJob<?> fork) {
            runJoined(fork);
        } else {
            runUncounted(next);
        }
        observed(event, begun);
        if (before != null) {
            context = before;
        }
    }

    /** A job has ended, on whatever worker this fiber is by now. */
    private void observed(@Nullable JobEvent event, long begun) {
        if (event != null) {
            event.ended(worker);
        }
        worker.activity.jobEnded(begun);
    }

    private void runCounted(CountedJob next) {
        Counter counter = next.counter();
        worker.settleUnless(counter);
        try {
            next.job().run();
        } catch (Throwable failure) {
            counter.fail(failure);
        }
        worker.finished(counter);
    }

    private void runJoined(ForkedJob<?> fork) {
        worker.settle();
        fork.runJoined();
        worker.countJobs(1);
    }

    private void runUncounted(Runnable next) {
        worker.settle();
        try {
            next.run();
        } catch (Throwable failure) {
            pool.reportUncaught(failure);
        }
        worker.countJobs(1);
    }

    private boolean rest() {
        if (!worker.keepsFibers()) {
            return false;
        }
        resting = true;
        Thread.yield();
        // Still set if the yield did not unmount; then there is no job either and the loop comes back here.
        resting = false;
        return true;
    }
}
