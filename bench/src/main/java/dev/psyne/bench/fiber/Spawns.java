package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Priority;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/** A million distinct jobs in a thousand bursts, each burst awaited by the job that spawned it. */
final class Spawns implements Contest {
    private static final int BURSTS = 1000;
    private static final int BURST = 1000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private final Priority[] priorities;

    /** How often the job of each number has run; its bursts follow one another, so it is written by one at a time. */
    private final int[] runs = new int[BURST];

    /**
     * Makes the pools.
     *
     * @param priorities those that ours have in turn
     */
    Spawns(int workers, FiberProvider fibers, Priority... priorities) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.pool = new ForkJoinPool(workers);
        this.priorities = priorities;
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        scheduler.run(() -> {
            for (int burst = 0; burst < BURSTS; burst++) {
                Counter counter = Counter.create();
                for (int job = 0; job < BURST; job++) {
                    int number = job;
                    scheduler.spawn(priorities[job % priorities.length], counter, () -> runs[number]++);
                }
                counter.await();
            }
        });
        return perMicro(begin);
    }

    @Override
    public double theirs() {
        long begin = System.nanoTime();
        pool.invoke(new RecursiveAction() {
            @Override
            protected void compute() {
                RecursiveAction[] forked = new RecursiveAction[BURST];
                for (int burst = 0; burst < BURSTS; burst++) {
                    for (int job = 0; job < BURST; job++) {
                        forked[job] = new Adding(job);
                        forked[job].fork();
                    }
                    for (int job = BURST - 1; job >= 0; job--) {
                        forked[job].join();
                    }
                }
            }
        });
        return perMicro(begin);
    }

    private double perMicro(long begin) {
        double perMicro = (double) BURSTS * BURST * NANOS_PER_MICRO / (System.nanoTime() - begin);
        for (int number = 0; number < BURST; number++) {
            Wrong.unless(runs[number] == BURSTS, "job " + number + " ran " + runs[number] + " times");
            runs[number] = 0;
        }
        return perMicro;
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }

    private final class Adding extends RecursiveAction {
        private static final long serialVersionUID = 1L;
        private final int number;

        private Adding(int number) {
            this.number = number;
        }

        @Override
        protected void compute() {
            runs[number]++;
        }
    }
}
