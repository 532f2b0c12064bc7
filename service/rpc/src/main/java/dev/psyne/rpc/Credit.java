package dev.psyne.rpc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many items the caller is ready to take. The method acquires one before each item; at zero it waits, a fiber
 * giving its worker away, until the caller grants more or is gone. All methods may be called from any thread.
 */
public final class Credit {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int limit;
    private int available;
    private int acquired;
    private boolean closed;

    Credit(int available, int limit) {
        this.available = available;
        this.limit = limit;
    }

    /**
     * Takes one item's credit, waiting for it as long as the call lives.
     *
     * @throws CallCancelledException if the call is over, also when it ends during the wait
     */
    public void acquire() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (available == 0 && !closed) {
                changed.await();
            }
            if (closed) {
                throw new CallCancelledException();
            }
            available--;
            acquired++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds credit and wakes who waits for it.
     *
     * @param items at least 1
     * @throws RpcException {@code credit_exceeded} if more than the limit would be granted and not yet used
     */
    public void grant(int items) {
        if (items < 1) {
            throw new IllegalArgumentException("a grant is at least 1 item, not " + items);
        }
        lock.lock();
        try {
            if (items > limit - available) {
                throw new RpcException(
                        ErrorCodes.CREDIT_EXCEEDED,
                        "a call may have credit for " + limit + " items and this one would have more: grant less");
            }
            available += items;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Items that can be acquired without waiting. */
    public int available() {
        lock.lock();
        try {
            return available;
        } finally {
            lock.unlock();
        }
    }

    /** Uses up one acquired credit for an item that is sent. */
    void spend() {
        lock.lock();
        try {
            if (acquired == 0) {
                throw new IllegalStateException("an item needs a credit: call credit().acquire() before send");
            }
            acquired--;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the call's credit: every waiting and later {@link #acquire} throws. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
