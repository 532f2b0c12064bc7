package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/** From nothing to the first job of a pool of 32, and to 32 jobs of one whose workers are all started; in milliseconds. */
final class Starts {
    static final int WORKERS = 32;

    private static final double NANOS_PER_MILLI = 1e6;

    private Starts() {}

    static double first(FiberProvider fibers) throws InterruptedException {
        long begin = System.nanoTime();
        try (Scheduler scheduler = Schedulers.of(WORKERS, fibers)) {
            return untilRun(begin, scheduler::spawn, 1);
        }
    }

    static double all(FiberProvider fibers) throws InterruptedException {
        long begin = System.nanoTime();
        try (Scheduler scheduler =
                Scheduler.builder().workers(WORKERS).fibers(fibers).prewarmed().build()) {
            return untilRun(begin, scheduler::spawn, WORKERS);
        }
    }

    static double forkJoin() throws InterruptedException {
        long begin = System.nanoTime();
        try (ForkJoinPool pool = new ForkJoinPool(WORKERS)) {
            return untilRun(begin, pool, 1);
        }
    }

    /** From the beginning until so many jobs have run. */
    private static double untilRun(long begin, Executor pool, int jobs) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(jobs);
        for (int job = 0; job < jobs; job++) {
            pool.execute(all::countDown);
        }
        all.await();
        return (System.nanoTime() - begin) / NANOS_PER_MILLI;
    }
}
