package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many hold a region's memory. The region itself is the first holder and lets go last thing in its close, so that
 * the memory cannot go while close may still fail and be taken back.
 */
final class LeaseCount {
    private static final long CLOSED = 1;
    private static final long HOLDER = 2;

    /** Twice the number of holders, plus one if closed. */
    private final AtomicLong state = new AtomicLong(HOLDER);

    boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    boolean tryAcquire() {
        long seen = state.get();
        while ((seen & CLOSED) == 0) {
            long witness = state.compareAndExchange(seen, seen + HOLDER);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** True for the one that let go last after a close. */
    boolean release() {
        return state.addAndGet(-HOLDER) == CLOSED;
    }

    /** True for the one that closed. */
    boolean close() {
        return (state.getAndUpdate(seen -> seen | CLOSED) & CLOSED) == 0;
    }

    /** Takes a close back; only for the one that closed, before it has let go. */
    void reopen() {
        state.getAndUpdate(seen -> seen & ~CLOSED);
    }
}
