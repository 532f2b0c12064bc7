package dev.psyne.fiber;

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
 */
final class LoopFiber implements Executor {
    /** Which fiber a thread is; spawning and waiting have no other way to know. */
    private static final ThreadLocal<@Nullable LoopFiber> CURRENT = new ThreadLocal<>();

    private final WorkerPool pool;
    private final Thread thread;
    private Worker worker;
    private @Nullable Runnable continuation;
    private @Nullable Runnable job;
    private @Nullable JobContext context;
    private boolean resting;
    private boolean ending;

    LoopFiber(WorkerPool pool, CustomVirtualThreads threads, String name, Worker worker) {
        this.pool = pool;
        this.worker = worker;
        this.thread = threads.unstarted(this, name, this::loop);
    }

    /** The fiber that the calling thread is, if it is one. */
    static @Nullable LoopFiber current() {
        return Thread.currentThread().isVirtual() ? CURRENT.get() : null;
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

    /**
     * Runs the fiber on the calling worker until it waits, rests or ends. When this returns the fiber may already be on
     * another worker, so nothing of it may be touched.
     */
    void mount(Worker carrier) {
        worker = carrier;
        Runnable next = continuation;
        if (next == null) {
            thread.start();
            next = Objects.requireNonNull(continuation);
        }
        next.run();
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
        } else if (resting) {
            resting = false;
            worker.rest(this);
        } else {
            pool.ready(this);
        }
    }

    /** Runs the youngest queued job of the worker if it belongs to {@code counter}. */
    boolean help(Counter counter) {
        Runnable own = worker.popJobOf(counter);
        if (own == null) {
            return false;
        }
        run(own, true);
        return true;
    }

    private void loop() {
        CURRENT.set(this);
        boolean alive = true;
        while (alive && !ending) {
            for (Runnable next = job; next != null; next = worker.nextJobUnlessReady()) {
                job = null;
                run(next, false);
                // Cleared before the phase is read: an interrupt by close comes after the phase that forbids another
                // job.
                Thread.interrupted();
            }
            alive = rest();
        }
        pool.ended(this, !ending);
    }

    /** Also for a helped job: what the waiting one has bound is none of its business. */
    private void run(Runnable next, boolean helped) {
        JobContext before = context;
        context = null;
        JobEvent event = JobEvent.begun(next, worker, helped);
        long begun = worker.activity.now();
        try {
            next.run();
        } catch (Throwable failure) {
            pool.reportUncaught(failure);
        }
        context = before;
        if (event != null) {
            event.ended(worker);
        }
        worker.activity.jobEnded(begun);
        worker.countJob();
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
