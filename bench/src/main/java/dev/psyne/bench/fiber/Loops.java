package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** A body for each index of a range: as one batch, and as a parallel stream in a pool with as many threads. */
final class Loops implements AutoCloseable {
    private static final int GRAIN = 8192;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private final LoopBody body;
    private final int indices;
    private long expected;

    Loops(int workers, LoopBody body, int indices) {
        this.scheduler = Scheduler.create(workers);
        this.pool = new ForkJoinPool(workers);
        this.body = body;
        this.indices = indices;
    }

    double batch() {
        long begin = System.nanoTime();
        LongAdder sum = new LongAdder();
        Counter counter = Counter.create();
        scheduler.spawnBatch(counter, 0, indices, GRAIN, (from, to) -> {
            long part = 0;
            for (int index = from; index < to; index++) {
                part += body.of(index);
            }
            sum.add(part);
        });
        counter.await();
        return done(begin, sum.sum());
    }

    double stream() {
        long begin = System.nanoTime();
        long sum = pool.submit(() -> IntStream.range(0, indices)
                        .parallel()
                        .mapToLong(body::of)
                        .sum())
                .join();
        return done(begin, sum);
    }

    private double done(long begin, long sum) {
        double perMicro = indices * NANOS_PER_MICRO / (System.nanoTime() - begin);
        if (expected != 0 && expected != sum) {
            throw new IllegalStateException("the loop came to " + sum + " instead of " + expected);
        }
        expected = sum;
        return perMicro;
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }
}
