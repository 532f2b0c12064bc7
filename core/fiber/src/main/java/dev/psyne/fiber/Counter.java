package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts unfinished jobs, and lets any thread wait until there are none.
 *
 * <p>{@link Scheduler#spawn(Counter, Runnable)} counts up, the end of the job counts down. The first failure of a job is kept
 * and thrown by every await, as a {@link JobFailedException}; a counter that has failed stays failed, so a new attempt takes
 * a new counter. A counter may be used again once it has come to zero; an await returns if it was zero at any time since
 * the await began.
 *
 * <p>A counter made {@linkplain #within within} another is one of a group: the other comes to zero only when this one is at
 * zero too, and fails with it. So a frame waits for its subsystems, and each subsystem for its own jobs.
 *
 * <p>A counter of few jobs is one word. From {@value #SHARDING_FROM} unfinished jobs on, workers that spawn count in shards of
 * their own, without atomic operations; zero is then found by summing up what was finished before what was started. A worker
 * that runs jobs of one counter one after another counts their ends together, before it does anything else.
 *
 * <p>A job that awaits the counter it was itself spawned with never returns. All methods may be called from any thread;
 * what a job wrote is visible to whoever has awaited its counter.
 */
public final class Counter extends Gate {
    private static final int SHARDING_FROM = 32;

    private static final VarHandle UNFINISHED = FieldHandle.of(MethodHandles.lookup(), "unfinished", long.class);
    private static final VarHandle SHARDS = FieldHandle.of(MethodHandles.lookup(), "shards", CounterShard.class);
    private static final VarHandle FAILURE = FieldHandle.of(MethodHandles.lookup(), "failure", Throwable.class);

    private final @Nullable Counter group;

    /** What is not counted in shards; may be below zero when there are some. */
    private volatile long unfinished;

    private volatile @Nullable CounterShard shards;
    private volatile @Nullable Throwable failure;

    private Counter(@Nullable Counter group) {
        this.group = group;
    }

    /** A counter at zero. */
    public static Counter create() {
        return new Counter(null);
    }

    /** A counter at zero which keeps {@code group} from zero while it is not at zero itself. */
    public static Counter within(Counter group) {
        return new Counter(Objects.requireNonNull(group));
    }

    /**
     * The jobs not yet finished; of the counters within this one each counts as one job. While a worker runs one of the jobs,
     * those that it ran just before may still be among them.
     */
    public long value() {
        LoopFiber fiber = LoopFiber.current();
        if (fiber != null) {
            fiber.worker().settle();
        }
        long finished = CounterShard.finished(shards);
        long rest = unfinished;
        return Math.max(0, rest + CounterShard.started(shards) - finished);
    }

    /**
     * Waits until the counter is zero. In a job, first runs queued jobs of this very counter or of those within it (never
     * of another: such a job could wait for something that the caller does later), then gives the worker away; any other
     * thread parks.
     *
     * <p>A helped job runs on the caller's stack and thread: it must not need a lock that the caller holds.
     *
     * @throws JobFailedException if a job of this counter failed; the cause is what it threw
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    public void await() {
        LoopFiber fiber = LoopFiber.current();
        if (fiber != null) {
            fiber.help(this);
        }
        awaitWithoutHelping();
    }

    /**
     * As {@link #await()}, but runs no other job on the caller's stack.
     *
     * @throws JobFailedException if a job of this counter failed; the cause is what it threw
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    public void awaitWithoutHelping() {
        park(false, 0);
        rethrow();
    }

    /**
     * Waits until the counter is zero or the time has passed (zero or less has passed at once). Runs no other job on the
     * caller's stack, so that it returns in time.
     *
     * @return whether the counter came to zero
     * @throws JobFailedException if the counter came to zero and one of its jobs failed
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    public boolean await(Duration timeout) {
        if (!park(true, System.nanoTime() + saturatedNanos(timeout))) {
            return false;
        }
        rethrow();
        return true;
    }

    /**
     * Runs an action once the counter is zero, at once if it is: in the thread that brings it there, so it must be short.
     *
     * @param action is given the counter's failure, or null
     */
    void whenZero(Consumer<@Nullable Throwable> action) {
        whenOpen(() -> action.accept(failure));
    }

    /** One more job; {@code fiber} is the caller, if it is one. */
    void started(@Nullable LoopFiber fiber) {
        if (group != null) {
            startedWithin(group);
        } else if (fiber != null && shards != null) {
            fiber.worker().shardOf(this).start();
        } else if ((long) UNFINISHED.getAndAdd(this, 1L) == SHARDING_FROM && fiber != null) {
            shardOf(fiber.worker());
        }
    }

    /** One job less, whoever ran it. */
    void finished(@Nullable Throwable thrown) {
        if (thrown != null) {
            fail(thrown);
        }
        finished(1, null);
    }

    /** So many jobs less; {@code worker} is the one that the caller runs on, if it does. */
    void finished(long jobs, @Nullable Worker worker) {
        if (worker != null && shards != null) {
            worker.shardOf(this).finish(jobs);
            VarHandle.fullFence();
            if (hasWaiters() && isOpen()) {
                wakeAll();
            }
            return;
        }
        long before = (long) UNFINISHED.getAndAdd(this, -jobs);
        if (shards == null ? before == jobs : hasWaiters() && isOpen()) {
            cameToZero();
        }
    }

    void fail(Throwable thrown) {
        FAILURE.compareAndSet(this, null, thrown);
    }

    /** Whether this is {@code other} or within it. */
    boolean isOf(Counter other) {
        return this == other || group != null && group.isOf(other);
    }

    /** The shard of a worker, on which the caller runs. */
    CounterShard shardOf(Worker worker) {
        for (CounterShard shard = shards; shard != null; shard = shard.next) {
            if (shard.owner == worker) {
                return shard;
            }
        }
        CounterShard first;
        CounterShard added;
        do {
            first = shards;
            added = new CounterShard(worker, first);
        } while (!SHARDS.compareAndSet(this, first, added));
        return added;
    }

    /**
     * Whether the counter is zero. What was finished is read before the shared word and what was started after it: both
     * only grow, so the sum is never below what the counter was when the word was read, and if it is zero so was that.
     */
    @Override
    boolean isOpen() {
        long finished = CounterShard.finished(shards);
        long rest = unfinished;
        return rest + CounterShard.started(shards) == finished;
    }

    @Override
    String awaited() {
        return value() + " jobs";
    }

    private void cameToZero() {
        if (group != null) {
            group.finished(failure);
        }
        if (hasWaiters()) {
            wakeAll();
        }
    }

    /** The group hears of it before this counter leaves zero, so that whoever sees this one above zero sees the group so. */
    private void startedWithin(Counter around) {
        while (true) {
            long now = unfinished;
            if (now > 0) {
                if (UNFINISHED.compareAndSet(this, now, now + 1)) {
                    return;
                }
                continue;
            }
            around.started(null);
            if (UNFINISHED.compareAndSet(this, 0L, 1L)) {
                return;
            }
            around.finished(null);
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new JobFailedException(thrown);
        }
    }

    private static long saturatedNanos(Duration timeout) {
        // Half of the range, so that the deadline made of it cannot wrap.
        return Math.clamp(TimeUnit.NANOSECONDS.convert(timeout), 0, Long.MAX_VALUE / 2);
    }
}
