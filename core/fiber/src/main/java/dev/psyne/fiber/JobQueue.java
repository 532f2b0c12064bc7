package dev.psyne.fiber;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bounded queue of jobs from outside, oldest first, for any number of threads on both ends. */
final class JobQueue {
    private final ConcurrentLinkedQueue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int limit;

    JobQueue(int limit) {
        this.limit = limit;
    }

    /** False if the queue is full. */
    boolean offer(Runnable job) {
        if (size.incrementAndGet() > limit) {
            size.decrementAndGet();
            return false;
        }
        jobs.add(job);
        return true;
    }

    @Nullable
    Runnable poll() {
        if (size.get() == 0) {
            return null;
        }
        Runnable job = jobs.poll();
        if (job != null) {
            size.decrementAndGet();
        }
        return job;
    }

    int size() {
        return size.get();
    }
}
