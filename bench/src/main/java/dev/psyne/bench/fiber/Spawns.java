package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/** A million distinct jobs in a thousand bursts, each burst awaited by the job that spawned it. */
final class Spawns implements AutoCloseable {
    private static final int BURSTS = 1000;
    private static final int BURST = 1000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private long sum;

    Spawns(int workers) {
        scheduler = Scheduler.create(workers);
        pool = new ForkJoinPool(workers);
    }

    double ours() {
        long begin = System.nanoTime();
        scheduler.run(() -> {
            for (int burst = 0; burst < BURSTS; burst++) {
                Counter counter = Counter.create();
                for (int job = 0; job < BURST; job++) {
                    int number = job;
                    scheduler.spawn(counter, () -> sum += number);
                }
                counter.await();
            }
        });
        return perMicro(begin);
    }

    double forkJoin() {
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

    private static double perMicro(long begin) {
        return (double) BURSTS * BURST * NANOS_PER_MICRO / (System.nanoTime() - begin);
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
            sum += number;
        }
    }
}
