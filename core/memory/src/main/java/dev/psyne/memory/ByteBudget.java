package dev.psyne.memory;

import java.util.concurrent.atomic.AtomicLong;

/** A limit in bytes that many share; every reservation is given back exactly once. */
public final class ByteBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    public ByteBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    public boolean tryReserve(long bytes) {
        while (true) {
            long used = usedBytes.get();
            if (bytes > limitBytes - used) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    public void release(long bytes) {
        if (usedBytes.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("released " + bytes + " bytes more than were reserved");
        }
    }

    public long used() {
        return usedBytes.get();
    }

    public long limit() {
        return limitBytes;
    }
}
