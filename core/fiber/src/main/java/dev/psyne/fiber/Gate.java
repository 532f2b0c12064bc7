package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something that threads wait for: a list of who waits, and how to wait and wake. Whoever opens the gate first makes
 * {@link #isOpen} true and then calls {@link #wakeAll}; whoever waits first enters the list and then looks whether the gate is
 * open. Between its two steps each side has a full fence, so one sees the other.
 *
 * <p>A waiter that was woken returns even if the gate has closed again meanwhile.
 */
abstract class Gate {
    private static final VarHandle WAITERS = FieldHandle.of(MethodHandles.lookup(), "waiters", Waiter.class);

    private volatile @Nullable Waiter waiters;

    /** Whether nobody need wait now. */
    abstract boolean isOpen();

    /** What an interrupted waiter was waiting for. */
    abstract String awaited();

    final boolean hasWaiters() {
        return waiters != null;
    }

    /**
     * Parks until the gate is open, or the time has passed.
     *
     * @param deadline by {@link System#nanoTime}, if {@code timed}
     * @return whether the gate was open since the call began
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    final boolean park(boolean timed, long deadline) {
        if (isOpen()) {
            return true;
        }
        Thread thread = Thread.currentThread();
        Waiter waiter = new Waiter(thread);
        enter(waiter);
        try {
            while (!isOpen() && !waiter.woken) {
                if (thread.isInterrupted()) {
                    throw new AwaitInterruptedException("interrupted while waiting for " + awaited());
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

    /** Runs an action once the gate is open, at once if it is: in the thread that opens it, so it must be short. */
    final void whenOpen(Runnable action) {
        Continuation continuation = new Continuation(action);
        enter(continuation);
        if (isOpen()) {
            continuation.runOnce();
            remove(continuation);
        }
    }

    final void wakeAll() {
        Waiter waiter = (Waiter) WAITERS.getAndSet(this, null);
        while (waiter != null) {
            wake(waiter);
            waiter = waiter.next;
        }
    }

    private void enter(Waiter waiter) {
        Waiter first;
        do {
            first = waiters;
            waiter.next = first;
        } while (!WAITERS.compareAndSet(this, first, waiter));
    }

    private static void wake(Waiter waiter) {
        if (waiter instanceof Continuation continuation) {
            continuation.runOnce();
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

    /** What is to be done when the gate opens, by whoever opens it. */
    private static final class Continuation extends Waiter {
        private final Runnable action;
        private final AtomicBoolean ran = new AtomicBoolean();

        Continuation(Runnable action) {
            // Never unparked: only a thread makes a waiter one that has not gone.
            super(Thread.currentThread());
            this.action = action;
        }

        void runOnce() {
            if (ran.compareAndSet(false, true)) {
                action.run();
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
