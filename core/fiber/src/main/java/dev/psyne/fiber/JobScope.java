package dev.psyne.fiber;

import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that end together. When one fails, or the deadline passes, or somebody cancels, the others are given up: queued ones do
 * not begin, running ones are interrupted, and so are those of every scope that was opened in a job of this one. No job
 * outlives {@link #close()}.
 *
 * <p>Whoever opens a scope closes it, in the same block; any thread may spawn, cancel and await. A job of the scope must not
 * await it.
 *
 * <pre>{@code
 * try (JobScope scope = JobScope.open(scheduler, Duration.ofSeconds(2))) {
 *     JobResult<Image> left = scope.spawn(() -> load("left.png"));
 *     JobResult<Image> right = scope.spawn(() -> load("right.png"));
 *     scope.await();
 *     return merge(left.get(), right.get());
 * }
 * }</pre>
 */
public final class JobScope implements AutoCloseable {
    /** The innermost job of a scope on the thread's stack; it may be below a helped job, which is not of its scope. */
    private static final ScopedValue<ScopeJob<?>> CURRENT = ScopedValue.newInstance();

    private final Scheduler scheduler;
    private final @Nullable JobScope parent;
    private final @Nullable Duration timeout;
    private final Counter counter = Counter.create();
    /** Of jobs and child scopes, so that a cancel reaches them in the order of their making. */
    private final AtomicLong numbers = new AtomicLong();

    private final long number;
    private final Set<ScopeJob<?>> jobs = ConcurrentHashMap.newKeySet();
    private final Set<JobScope> children = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean expired;
    private volatile boolean closed;
    private @Nullable Thread watch;

    private JobScope(Scheduler scheduler, @Nullable Duration timeout) {
        this.scheduler = Objects.requireNonNull(scheduler);
        this.timeout = timeout;
        this.parent = CURRENT.isBound() ? CURRENT.get().scopeIfRunning() : null;
        this.number = parent == null ? 0 : parent.numbers.getAndIncrement();
    }

    /** A scope without a deadline of its own; one opened in a job of another scope ends with that. */
    public static JobScope open(Scheduler scheduler) {
        return new JobScope(scheduler, null).joined();
    }

    /**
     * A scope that is cancelled once the timeout has passed.
     *
     * @throws IllegalArgumentException if the timeout is not positive or above {@link Scheduler#MAX_TIMEOUT}
     */
    public static JobScope open(Scheduler scheduler, Duration timeout) {
        if (!timeout.isPositive() || timeout.compareTo(Scheduler.MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be above zero, up to " + Scheduler.MAX_TIMEOUT + ": " + timeout);
        }
        JobScope scope = new JobScope(scheduler, timeout).joined();
        scope.watch(timeout.toNanos());
        return scope;
    }

    private JobScope joined() {
        if (parent != null) {
            parent.children.add(this);
            if (parent.isCancelled()) {
                cancel();
            }
        }
        return this;
    }

    /**
     * Queues a job.
     *
     * @throws JobCancelledException if the scope is cancelled
     * @throws JobRejectedException if the queue is full or the scheduler closed
     * @throws IllegalStateException if the scope is closed
     */
    public <T extends @Nullable Object> JobResult<T> spawn(Callable<T> job) {
        return spawn(Priority.NORMAL, job);
    }

    /** As {@link #spawn(Callable)}, with a priority. */
    public <T extends @Nullable Object> JobResult<T> spawn(Priority priority, Callable<T> job) {
        if (closed) {
            throw new IllegalStateException("the scope is closed");
        }
        if (isCancelled()) {
            throw cancellation();
        }
        ScopeJob<T> queued = new ScopeJob<>(this, numbers.getAndIncrement(), Objects.requireNonNull(job));
        jobs.add(queued);
        try {
            scheduler.spawn(priority, counter, queued);
        } catch (JobRejectedException rejected) {
            jobs.remove(queued);
            throw rejected;
        }
        return queued;
    }

    /**
     * Waits until all jobs have ended; in a job, runs queued ones of this scope meanwhile.
     *
     * @throws JobFailedException if a job failed; the cause is what the first one threw
     * @throws JobCancelledException if the scope was cancelled or its deadline passed
     * @throws AwaitInterruptedException if the thread is interrupted while it waits; the jobs go on
     */
    public void await() {
        counter.await();
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new JobFailedException(thrown);
        }
        if (isCancelled()) {
            throw cancellation();
        }
    }

    /** Gives up the jobs that have not ended, and those of the scopes opened in them. Does not wait for them. */
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            jobs.stream().sorted(Comparator.comparingLong(ScopeJob::number)).forEach(ScopeJob::interrupt);
            children.stream()
                    .sorted(Comparator.comparingLong(child -> child.number))
                    .forEach(JobScope::cancel);
        }
    }

    /** Whether the jobs are given up. A long job asks now and then. */
    public boolean isCancelled() {
        return cancelled.get();
    }

    /** Cancels what has not ended, and waits for it even if the thread is interrupted. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (counter.value() > 0) {
            cancel();
        }
        Uninterruptibly.await(() -> {
            while (counter.value() > 0) {
                counter.awaitWithoutHelping();
            }
        });
        if (parent != null) {
            parent.children.remove(this);
        }
        LockSupport.unpark(watch);
    }

    static <T extends @Nullable Object> T within(ScopeJob<T> around, Callable<T> job) throws Exception {
        return ScopedValue.where(CURRENT, around).<T, Exception>call(job::call);
    }

    void ended(ScopeJob<?> job, @Nullable Throwable thrown) {
        jobs.remove(job);
        // What a cancelled job throws is the cancel's doing.
        if (thrown != null && !isCancelled()) {
            failure.compareAndSet(null, thrown);
            cancel();
        }
    }

    JobCancelledException cancellation() {
        return expired && timeout != null ? JobCancelledException.expired(timeout) : JobCancelledException.cancelled();
    }

    /** An interrupt meant for a helped job is over with it, one meant for the job that helped is not. */
    static void restoreInterrupt() {
        if (CURRENT.isBound() && CURRENT.get().scope().isCancelled()) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(long nanos) {
        long deadline = System.nanoTime() + nanos;
        watch = Thread.ofVirtual().name("psyne-scope-deadline").start(() -> {
            long left = nanos;
            while (!closed && left > 0) {
                LockSupport.parkNanos(this, left);
                left = deadline - System.nanoTime();
            }
            if (!closed && counter.value() > 0) {
                expired = true;
                cancel();
            }
        });
    }
}
