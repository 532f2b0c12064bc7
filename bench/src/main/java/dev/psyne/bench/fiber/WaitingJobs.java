package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A hundred thousand that have begun and wait for one latch: what each holds of the heap, or how soon all are through. */
final class WaitingJobs implements Contest {
    private static final int JOBS = 100_000;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Which of its two figures is wanted. */
    enum Figure {
        /** The heap that holds them, for each. */
        BYTES,

        /** From the opening of the latch to the end of the last, in milliseconds. */
        RESUME
    }

    private final int workers;
    private final FiberProvider fibers;
    private final Figure figure;

    WaitingJobs(int workers, FiberProvider fibers, Figure figure) {
        this.workers = workers;
        this.fibers = fibers;
        this.figure = figure;
    }

    @Override
    public double ours() throws InterruptedException {
        Gate gate = new Gate();
        try (Scheduler scheduler = Schedulers.of(workers, fibers)) {
            long before = usedBytes();
            Counter counter = Counter.create();
            for (int job = 0; job < JOBS; job++) {
                scheduler.spawn(counter, gate::pass);
            }
            double bytes = gate.bytesEach(before);
            long begin = System.nanoTime();
            gate.open.countDown();
            counter.await();
            return gate.figure(figure, bytes, begin);
        }
    }

    @Override
    public double theirs() throws InterruptedException {
        Gate gate = new Gate();
        long before = usedBytes();
        List<Thread> threads = new ArrayList<>(JOBS);
        for (int job = 0; job < JOBS; job++) {
            threads.add(Thread.startVirtualThread(gate::pass));
        }
        double bytes = gate.bytesEach(before);
        long begin = System.nanoTime();
        gate.open.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return gate.figure(figure, bytes, begin);
    }

    @Override
    public void close() {
        // Each round has a scheduler of its own.
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** What they wait for. */
    private static final class Gate {
        private final CountDownLatch begun = new CountDownLatch(JOBS);
        private final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger passed = new AtomicInteger();

        private void pass() {
            begun.countDown();
            try {
                open.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("a waiting job was interrupted", interrupted);
            }
            passed.incrementAndGet();
        }

        private double bytesEach(long before) throws InterruptedException {
            begun.await();
            return (usedBytes() - before) / (double) JOBS;
        }

        private double figure(Figure figure, double bytes, long begin) {
            double millis = (System.nanoTime() - begin) / NANOS_PER_MILLI;
            Wrong.unless(passed.get() == JOBS, passed + " of " + JOBS + " jobs went on");
            return switch (figure) {
                case BYTES -> bytes;
                case RESUME -> millis;
            };
        }
    }
}
