package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
 * <p>A job that awaits the counter it was itself spawned with never returns. All methods may be called from any thread;
 * what a job wrote is visible to whoever has awaited its counter.
 */
public final class Counter {
    private static final VarHandle UNFINISHED = FieldHandle.of(MethodHandles.lookup(), "unfinished", long.class);
    private static final VarHandle WAITERS = FieldHandle.of(MethodHandles.lookup(), "waiters", Waiter.class);
    private static final VarHandle FAILURE = FieldHandle.of(MethodHandles.lookup(), "failure", Throwable.class);

    private volatile long unfinished;
    private volatile @Nullable Waiter waiters;
    private volatile @Nullable Throwable failure;

    private Counter() {}

    /** A counter at zero. */
    public static Counter create() {
        return new Counter();
    }

    /** The jobs not yet finished. */
    public long value() {
        return unfinished;
    }

    /**
     * Waits until the counter is zero. In a job, first runs queued jobs of this very counter (never of another: such a job
     * could wait for something that the caller does later), then gives the worker away; any other thread parks.
     *
     * <p>A helped job runs on the caller's stack and thread: it must not need a lock that the caller holds.
     *
     * @throws JobFailedException if a job of this counter failed; the cause is what it threw
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    public void await() {
        LoopFiber fiber = LoopFiber.current();
        if (fiber != null) {
            boolean helped = true;
            while (helped && unfinished != 0) {
                helped = fiber.help(this);
            }
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
        Continuation continuation = new Continuation(action);
        enter(continuation);
        if (unfinished == 0) {
            continuation.runOnce(failure);
            remove(continuation);
        }
    }

    void started() {
        UNFINISHED.getAndAdd(this, 1L);
    }

    void finished(@Nullable Throwable thrown) {
        if (thrown != null) {
            FAILURE.compareAndSet(this, null, thrown);
        }
        // A waiter enters the list and then reads the count; here the count falls and then the list is read: one sees
        // the other.
        if ((long) UNFINISHED.getAndAdd(this, -1L) == 1L && waiters != null) {
            wakeAll();
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new JobFailedException(thrown);
        }
    }

    private boolean park(boolean timed, long deadline) {
        if (unfinished == 0) {
            return true;
        }
        Thread thread = Thread.currentThread();
        Waiter waiter = new Waiter(thread);
        enter(waiter);
        try {
            while (unfinished != 0 && !waiter.woken) {
                if (thread.isInterrupted()) {
                    throw new AwaitInterruptedException("interrupted while waiting for " + unfinished + " jobs");
                }
                if (!timed) {
                    LockSupport.park(this);
                    continue;
                }
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, nanos);
            }
            return true;
        } finally {
            if (!waiter.woken) {
                remove(waiter);
            }
        }
    }

    private void enter(Waiter waiter) {
        Waiter first;
        do {
            first = waiters;
            waiter.next = first;
        } while (!WAITERS.compareAndSet(this, first, waiter));
    }

    private void wakeAll() {
        Waiter waiter = (Waiter) WAITERS.getAndSet(this, null);
        while (waiter != null) {
            wake(waiter);
            waiter = waiter.next;
        }
    }

    private void wake(Waiter waiter) {
        if (waiter instanceof Continuation continuation) {
            continuation.runOnce(failure);
            return;
        }
        Thread thread = waiter.thread;
        waiter.woken = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Marks the waiter as gone and unlinks every waiter so marked; starts again when a neighbour went meanwhile. */
    private void remove(Waiter gone) {
        gone.thread = null;
        boolean clean = false;
        while (!clean) {
            clean = true;
            Waiter kept = null;
            for (Waiter waiter = waiters; waiter != null && clean; waiter = waiter.next) {
                if (waiter.thread != null) {
                    kept = waiter;
                } else if (kept == null) {
                    clean = WAITERS.compareAndSet(this, waiter, waiter.next);
                } else {
                    kept.next = waiter.next;
                    clean = kept.thread != null;
                }
            }
        }
    }

    private static long saturatedNanos(Duration timeout) {
        // Half of the range, so that the deadline made of it cannot wrap.
        long most = Long.MAX_VALUE / 2;
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(Duration.ofNanos(most)) < 0 ? timeout.toNanos() : most;
    }

    /** What is to be done when the counter comes to zero, by whoever brings it there. */
    private static final class Continuation extends Waiter {
        private final Consumer<@Nullable Throwable> action;
        private final AtomicBoolean ran = new AtomicBoolean();

        Continuation(Consumer<@Nullable Throwable> action) {
            // Never unparked: only a thread makes a waiter one that has not gone.
            super(Thread.currentThread());
            this.action = action;
        }

        void runOnce(@Nullable Throwable failure) {
            if (ran.compareAndSet(false, true)) {
                action.accept(failure);
            }
        }
    }

    private static class Waiter {
        private volatile @Nullable Thread thread;
        private volatile @Nullable Waiter next;
        private volatile boolean woken;

        Waiter(Thread thread) {
            this.thread = thread;
        }
    }
}
