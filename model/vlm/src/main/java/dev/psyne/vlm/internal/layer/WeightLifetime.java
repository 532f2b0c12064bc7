package dev.psyne.vlm.internal.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long the memory of a model's weights lasts: until it is closed and the last who computes with it has left. Machine
 * code reads weights by address, so whoever runs products enters before and leaves after. Safe for any thread; whoever
 * waits in {@link #close} holds no worker.
 */
public final class WeightLifetime implements AutoCloseable {
    /** How long closing waits for those who compute: many times what a step takes. */
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Added to the number of users when it is closed. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger users = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final List<Runnable> closers = new ArrayList<>();
    private boolean isEnded;

    /**
     * Keeps the memory until {@link #leave}.
     *
     * @throws IllegalStateException if it is closed
     */
    public void enter() {
        int now;
        do {
            now = users.get();
            if (now < 0) {
                throw closed();
            }
        } while (!users.compareAndSet(now, now + 1));
    }

    /** Ends what {@link #enter} began. */
    public void leave() {
        if (users.decrementAndGet() == CLOSED) {
            end();
        }
    }

    /**
     * Tells one who has entered that it is closed, so that he leaves early.
     *
     * @throws IllegalStateException if it is
     */
    public void requireOpen() {
        if (!isOpen()) {
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the model is closed");
    }

    /** Has something run when the memory ends. The caller has entered, or nobody closes it meanwhile. */
    public void atEnd(Runnable closer) {
        lock.lock();
        try {
            closers.add(closer);
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            closers.reversed().forEach(Runnable::run);
            closers.clear();
        } finally {
            isEnded = true;
            ended.signalAll();
            lock.unlock();
        }
    }

    /** Whether it may be entered. */
    public boolean isOpen() {
        return users.get() >= 0;
    }

    /** Whether the memory has been given back. */
    public boolean isEnded() {
        lock.lock();
        try {
            return isEnded;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets nobody enter any more, waits until those who did have left, at most ten seconds or until the thread is
     * interrupted, and ends the memory; after a shorter wait the last who leaves does.
     */
    @Override
    public void close() {
        int before = users.getAndUpdate(now -> now < 0 ? now : now + CLOSED);
        if (before == 0) {
            end();
            return;
        }
        lock.lock();
        try {
            long left = CLOSE_WAIT_NANOS;
            while (!isEnded && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
