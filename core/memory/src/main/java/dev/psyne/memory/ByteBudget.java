package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit in bytes that many share: what is about to take memory reserves it first, and releases it when the memory is
 * gone. Lock-free; any thread may reserve and any other release.
 */
public final class ByteBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * A budget of which nothing is used.
     *
     * @param limitBytes the most bytes reserved at any time, 0 or more
     */
    public ByteBudget(long limitBytes) {
        this.limit = notNegative("limitBytes", limitBytes);
    }

    /** Reserves the bytes if they fit beside what is reserved already; otherwise changes nothing and answers false. */
    public boolean tryReserve(long bytes) {
        notNegative("bytes", bytes);
        long seen = used.get();
        while (bytes <= limit - seen) {
            long witness = used.compareAndExchange(seen, seen + bytes);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /**
     * Gives reserved bytes back.
     *
     * @throws IllegalStateException if fewer are reserved; nothing is changed then
     */
    public void release(long bytes) {
        notNegative("bytes", bytes);
        used.updateAndGet(seen -> {
            if (bytes > seen) {
                throw new IllegalStateException("released " + bytes + " bytes of " + seen + " reserved");
            }
            return seen - bytes;
        });
    }

    /** Bytes reserved now. */
    public long used() {
        return used.get();
    }

    /** The most bytes that can be reserved. */
    public long limit() {
        return limit;
    }

    private static long notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it may not be negative");
        }
        return value;
    }
}
