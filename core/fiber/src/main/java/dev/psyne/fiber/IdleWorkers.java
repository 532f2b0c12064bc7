package dev.psyne.fiber;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who sleeps, who searches, and who is woken. New work wakes a sleeper only while nobody searches; the last searcher to find
 * work wakes the next. So one wake-up is under way at a time, and no work is left while a worker sleeps:
 *
 * <pre>
 *   who queues:  publish the work, fence, read sleeping and searching
 *   who sleeps:  asleep = true, sleeping++, searching--, look for work once more, park
 * </pre>
 *
 * A worker that is woken counts as searching from the moment it is chosen. One that was never started counts as asleep.
 */
final class IdleWorkers {
    private final Worker[] workers;
    private final AtomicInteger sleeping = new AtomicInteger();
    private final AtomicInteger searching = new AtomicInteger();
    private final AtomicLong entries = new AtomicLong();

    IdleWorkers(Worker[] workers) {
        this.workers = workers;
        this.sleeping.set(workers.length);
    }

    /** To be called after work was published. */
    void signal() {
        VarHandle.fullFence();
        if (sleeping.get() > 0 && searching.get() == 0) {
            wakeOne();
        }
    }

    /** To be called after work was published that must not wait for a worker which already searches for other work. */
    void signalAtOnce() {
        VarHandle.fullFence();
        if (sleeping.get() > 0) {
            wakeOne();
        }
    }

    /** To be called after work for {@code wanted} workers was published. */
    void signal(int wanted) {
        VarHandle.fullFence();
        boolean woken = true;
        for (int found = searching.get(); woken && found < wanted && sleeping.get() > 0; found++) {
            woken = wakeOne();
        }
    }

    boolean wakeOne() {
        for (Worker worker : workers) {
            if (wake(worker)) {
                return true;
            }
        }
        return false;
    }

    void wakeAll() {
        for (Worker worker : workers) {
            wake(worker);
        }
    }

    /** Wakes those who sleep, not those who were never needed. */
    void wakeStarted() {
        for (Worker worker : workers) {
            if (worker.isStarted()) {
                wake(worker);
            }
        }
    }

    void beginSearch() {
        searching.incrementAndGet();
    }

    /** True if nobody searches any more. */
    boolean endSearch() {
        return searching.decrementAndGet() == 0;
    }

    /** The calling worker is about to sleep. */
    void enter(Worker worker) {
        entries.incrementAndGet();
        worker.asleep.set(true);
        sleeping.incrementAndGet();
        searching.decrementAndGet();
    }

    /** Ends a worker's sleep; false if another has ended it. */
    boolean leave(Worker worker) {
        if (!worker.asleep.compareAndSet(true, false)) {
            return false;
        }
        searching.incrementAndGet();
        sleeping.decrementAndGet();
        return true;
    }

    /** A figure that differs from an earlier one if a worker has gone to sleep in between. */
    long entries() {
        return entries.get();
    }

    /** Whether the calling worker is the only one that searches. */
    boolean searchesAlone() {
        return searching.get() == 1;
    }

    boolean allSleep() {
        for (Worker worker : workers) {
            if (!worker.asleep.get()) {
                return false;
            }
        }
        return true;
    }

    private boolean wake(Worker worker) {
        if (!worker.asleep.get() || !leave(worker)) {
            return false;
        }
        worker.startOrUnpark();
        return true;
    }
}
