package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.Cancellation;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A part of a model that is being loaded: there, failed, or waited for without holding a worker. Safe for any thread. */
final class LoadedPart<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable T value;
    private @Nullable Throwable failure;

    /** It is there, unless it has failed. */
    void complete(T loaded) {
        lock.lock();
        try {
            value = failure == null ? loaded : null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It will not be there, unless it is already; what was said first stays. */
    void fail(Throwable reason) {
        lock.lock();
        try {
            failure = value == null && failure == null ? reason : failure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The part if it is there. */
    @Nullable
    T peek() {
        lock.lock();
        try {
            return value;
        } finally {
            lock.unlock();
        }
    }

    /** The part if it is there, nothing if it is not there yet; throws as {@link #await} does. */
    @Nullable
    T now() {
        lock.lock();
        try {
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {
                    return value;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the part.
     *
     * @return nothing if it was cancelled first
     * @throws RuntimeException why it failed, as it was told
     */
    @Nullable
    T await(Cancellation cancellation) throws InterruptedException {
        T loaded = now();
        if (loaded != null) {
            return loaded;
        }
        cancellation.onCancel(this::wake);
        lock.lockInterruptibly();
        try {
            while ((loaded = now()) == null && !cancellation.isCancelled()) {
                changed.await();
            }
            return loaded;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
