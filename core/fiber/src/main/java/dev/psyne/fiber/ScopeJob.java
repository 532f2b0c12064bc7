package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A job of a scope, and what it came to. */
final class ScopeJob<T extends @Nullable Object> implements JobResult<T>, DroppableJob {
    private final JobScope scope;
    private final long number;
    private final Callable<T> job;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private volatile boolean done;
    private @Nullable Thread runner;
    private boolean interrupted;
    private int depth;

    ScopeJob(JobScope scope, long number, Callable<T> job) {
        this.scope = scope;
        this.number = number;
        this.job = job;
    }

    /** Of the jobs of a scope, in the order of their spawning. */
    long number() {
        return number;
    }

    JobScope scope() {
        return scope;
    }

    /** The scope, if the caller is this job and not one that runs on its stack while it waits; otherwise null. */
    @Nullable
    JobScope scopeIfRunning() {
        return depth == depth() ? scope : null;
    }

    private static int depth() {
        LoopFiber fiber = LoopFiber.current();
        return fiber == null ? 0 : fiber.helped();
    }

    @Override
    public void run() {
        boolean cancelled = scope.isCancelled();
        if (!cancelled) {
            begin();
            try {
                value = JobScope.within(this, job);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            end();
        }
        if (cancelled || failure != null && scope.isCancelled()) {
            failure = scope.cancellation();
        }
        scope.ended(this, failure);
        done = true;
    }

    @Override
    public void dropped(JobRejectedException why) {
        failure = why;
        scope.ended(this, why);
        done = true;
    }

    /** Interrupts the job if it is running. */
    synchronized void interrupt() {
        if (runner != null) {
            interrupted = true;
            runner.interrupt();
        }
    }

    private synchronized void begin() {
        runner = Thread.currentThread();
        depth = depth();
        if (scope.isCancelled()) {
            interrupt();
        }
    }

    private synchronized void end() {
        runner = null;
        if (interrupted && Thread.interrupted()) {
            JobScope.restoreInterrupt();
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    @SuppressWarnings("NullAway") // null only if the job returned it, and then T says so
    public T get() {
        if (!done) {
            throw new IllegalStateException("the job has not ended; await its scope first");
        }
        if (failure instanceof JobCancelledException cancelled) {
            throw cancelled;
        }
        if (failure != null) {
            throw new JobFailedException(failure);
        }
        return value;
    }
}
