package dev.psyne.channel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one side of a ring waits for the other.
 *
 * <p>No wake-up is lost, as in Dekker's protocol: the waiter writes its name and then reads the condition, the other side
 * writes the condition and then reads the name, all four sequentially consistent (JLS 17.4, VarHandle's volatile mode), so
 * that at least one sees the other's write. A waiter is unparked once: whoever unparks takes its name away, and the waiter
 * writes it again before it parks again.
 */
final class WaitPoint {
    /** Turns a platform thread spins before it parks, one or two microseconds: less than a park and its unpark cost. */
    private static final int SPINS = 64;

    private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();

    /**
     * Returns once the condition holds. A virtual thread does not spin, its carrier has better things to do.
     *
     * @throws InterruptedException if the thread is interrupted while it has to wait
     * @throws IllegalStateException if another thread waits here already
     */
    void await(BooleanSupplier condition) throws InterruptedException {
        Thread current = Thread.currentThread();
        if (!current.isVirtual() && spin(condition)) {
            return;
        }
        try {
            while (true) {
                enter(current);
                if (condition.getAsBoolean()) {
                    return;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.park(this);
            }
        } finally {
            waiter.compareAndSet(current, null);
        }
    }

    /** Wakes the waiter, if any; called after what it waits for was written in volatile mode. */
    void signal() {
        Thread waiting = waiter.get();
        if (waiting != null && waiter.compareAndSet(waiting, null)) {
            LockSupport.unpark(waiting);
        }
    }

    private static boolean spin(BooleanSupplier condition) {
        for (int turn = 0; turn < SPINS; turn++) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void enter(Thread current) {
        Thread other = waiter.compareAndExchange(null, current);
        if (other != null && other != current) {
            throw new IllegalStateException("two threads use one end of a channel: " + current + " and " + other);
        }
    }
}
