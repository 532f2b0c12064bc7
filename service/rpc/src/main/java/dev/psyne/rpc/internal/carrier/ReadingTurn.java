package dev.psyne.rpc.internal.carrier;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who of those who wait for messages reads them. Whoever gives the turn back and leaves wakes the next in line, which takes it, or
 * finds that what it waited for has come, and wakes the next again. Any thread may call.
 */
final class ReadingTurn {
    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private final Queue<Thread> line = new ConcurrentLinkedQueue<>();

    boolean isFree() {
        return reader.get() == null;
    }

    boolean isMine() {
        return reader.get() == Thread.currentThread();
    }

    boolean tryTake() {
        return reader.get() == null && reader.compareAndSet(null, Thread.currentThread());
    }

    /** Ends the turn; who does wakes the next in line. */
    void giveBack() {
        reader.set(null);
    }

    /** Stands in line; who does must look again whether the turn is free before it parks, and {@link #leaveLine} after. */
    void standInLine() {
        line.add(Thread.currentThread());
    }

    void leaveLine() {
        line.remove(Thread.currentThread());
    }

    /** Wakes the first in line; false if there is none. */
    boolean wakeNext() {
        Thread next = line.peek();
        if (next == null) {
            return false;
        }
        LockSupport.unpark(next);
        return true;
    }
}
