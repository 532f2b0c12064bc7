package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A hundred thousand that have begun and wait for one latch: what each holds of the heap, and how soon all are through. */
final class WaitingJobs {
    private static final int JOBS = 100_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final int workers;
    private double ourBytes;
    private double virtualThreadBytes;

    WaitingJobs(int workers) {
        this.workers = workers;
    }

    double ours() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(JOBS);
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = Scheduler.create(workers)) {
            long before = usedBytes();
            Counter counter = Counter.create();
            for (int job = 0; job < JOBS; job++) {
                scheduler.spawn(counter, () -> waitFor(begun, gate));
            }
            begun.await();
            ourBytes = (usedBytes() - before) / (double) JOBS;
            long begin = System.nanoTime();
            gate.countDown();
            counter.await();
            return (System.nanoTime() - begin) / NANOS_PER_MILLI;
        }
    }

    double virtualThreads() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(JOBS);
        CountDownLatch gate = new CountDownLatch(1);
        long before = usedBytes();
        List<Thread> threads = new ArrayList<>(JOBS);
        for (int job = 0; job < JOBS; job++) {
            threads.add(Thread.startVirtualThread(() -> waitFor(begun, gate)));
        }
        begun.await();
        virtualThreadBytes = (usedBytes() - before) / (double) JOBS;
        long begin = System.nanoTime();
        gate.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - begin) / NANOS_PER_MILLI;
    }

    /** Of the last round of {@link #ours}. */
    double ourBytes() {
        return ourBytes;
    }

    /** Of the last round of {@link #virtualThreads}. */
    double virtualThreadBytes() {
        return virtualThreadBytes;
    }

    private static void waitFor(CountDownLatch begun, CountDownLatch gate) {
        begun.countDown();
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("a waiting job was interrupted", interrupted);
        }
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
