package dev.psyne.rpc.internal.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the calls of many connections whose deadlines have passed. It keeps the nearest deadline alone, because nearly all calls
 * end before theirs: a timer for each would be set for nothing.
 *
 * <p>A timer waits for a power of two of milliseconds that is not longer than the time that is left, and then looks again; one
 * of each length may be set, so that there are at most 32 whatever deadlines come. Any thread may call.
 */
public final class DeadlineSweep {
    private static final long NONE = Long.MAX_VALUE;

    private final Timing timing;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong nearest = new AtomicLong(NONE);
    private final AtomicLong set = new AtomicLong();

    /** Of the connections of one loop. */
    public DeadlineSweep(Timing timing) {
        this.timing = timing;
    }

    /** Looks after a connection from here on. */
    public void add(Connection connection) {
        connections.add(connection);
    }

    /** Forgets one. */
    public void remove(Connection connection) {
        connections.remove(connection);
    }

    /** A call has come with this deadline. */
    public void watch(long deadlineNanos) {
        if (deadlineNanos < nearest.get()) {
            nearest.accumulateAndGet(deadlineNanos, Math::min);
            setTimer(deadlineNanos);
        }
    }

    private void setTimer(long deadlineNanos) {
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - timing.nanos()) + 1);
        long wait = Long.highestOneBit(left);
        if ((set.getAndAccumulate(wait, (before, bit) -> before | bit) & wait) == 0) {
            timing.after(TimeUnit.MILLISECONDS.toNanos(wait), () -> {
                set.getAndAccumulate(wait, (before, bit) -> before & ~bit);
                sweep();
            });
        }
    }

    private void sweep() {
        // A call that comes meanwhile is seen below or counts itself after this.
        nearest.set(NONE);
        long now = timing.nanos();
        long next = NONE;
        for (Connection connection : connections) {
            next = Math.min(next, connection.expire(now));
        }
        if (next != NONE) {
            nearest.accumulateAndGet(next, Math::min);
            setTimer(next);
        }
    }
}
