package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who sleeps, who searches, and who is woken. New work wakes a sleeper only while nobody searches; the last searcher to find
 * work wakes the next. So one wake-up is under way at a time, and no work is left while a worker sleeps:
 *
 * <pre>
 *   who queues:  publish the work, fence, read sleeping and searching
 *   who sleeps:  asleep = true, sleeping++, searching--, look for work once more, park
 *   who is the last to find work:  searching--, look for more, wake another
 * </pre>
 *
 * A worker that is woken counts as searching from the moment it is chosen. One that was never started counts as asleep.
 */
final class IdleWorkers {
    private static final VarHandle SLEEPING = FieldHandle.of(MethodHandles.lookup(), "sleeping", int.class);
    private static final VarHandle SEARCHING = FieldHandle.of(MethodHandles.lookup(), "searching", int.class);

    private final Worker[] workers;
    private volatile int sleeping;
    private volatile int searching;
    private final AtomicLong entries = new AtomicLong();

    IdleWorkers(Worker[] workers) {
        this.workers = workers;
        this.sleeping = workers.length;
    }

    /** To be called after work was published. */
    void signal() {
        VarHandle.fullFence();
        signalIfSeen();
    }

    /**
     * As {@link #signal()} where work of the same kind was published just before, and with a fence: whoever sleeps has seen
     * that or this, but for the instant in which this one is still on its way out of the processor. {@link HeldWorkers} looks
     * for such work, so that it costs at most a twentieth of a second of one idle worker.
     */
    void signalIfSeen() {
        if (sleeping > 0 && searching == 0) {
            wakeOne();
        }
    }

    /** To be called after work was published that must not wait for a worker which already searches for other work. */
    void signalAtOnce() {
        VarHandle.fullFence();
        if (sleeping > 0) {
            wakeOne();
        }
    }

    /** To be called after work for {@code wanted} workers was published. */
    void signal(int wanted) {
        VarHandle.fullFence();
        boolean woken = true;
        for (int found = searching; woken && found < wanted && sleeping > 0; found++) {
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
        SEARCHING.getAndAdd(this, 1);
    }

    /** True if the caller must look for more work and wake another for it: it was the last to search, and some sleep. */
    boolean endSearch() {
        return (int) SEARCHING.getAndAdd(this, -1) == 1 && sleeping > 0;
    }

    /** The calling worker is about to sleep. */
    void enter(Worker worker) {
        entries.incrementAndGet();
        worker.asleep.set(true);
        SLEEPING.getAndAdd(this, 1);
        SEARCHING.getAndAdd(this, -1);
    }

    /** Ends a worker's sleep; false if another has ended it. */
    boolean leave(Worker worker) {
        if (!worker.asleep.compareAndSet(true, false)) {
            return false;
        }
        SEARCHING.getAndAdd(this, 1);
        SLEEPING.getAndAdd(this, -1);
        return true;
    }

    /** A figure that differs from an earlier one if a worker has gone to sleep in between. */
    long entries() {
        return entries.get();
    }

    /** Whether the calling worker is the only one that searches. */
    boolean searchesAlone() {
        return searching == 1;
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
