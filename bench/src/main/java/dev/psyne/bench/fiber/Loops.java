package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** A body for each index of a range: as one batch, and as a parallel stream in a pool with as many threads. */
final class Loops implements Contest {
    private static final int GRAIN = 8192;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private final LoopBody body;
    private final int indices;
    private final long expected;

    Loops(int workers, FiberProvider fibers, LoopBody body, int indices) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.pool = new ForkJoinPool(workers);
        this.body = body;
        this.indices = indices;
        this.expected = pieceSum(0, indices);
    }

    private long pieceSum(int from, int to) {
        long sum = 0;
        for (int index = from; index < to; index++) {
            sum += body.of(index);
        }
        return sum;
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        LongAdder sum = new LongAdder();
        Counter counter = Counter.create();
        scheduler.spawnBatch(counter, 0, indices, GRAIN, (from, to) -> sum.add(pieceSum(from, to)));
        counter.await();
        return done(begin, sum.sum());
    }

    @Override
    public double theirs() {
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
        Wrong.unless(sum == expected, "the loop came to " + sum + " instead of " + expected);
        return perMicro;
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }
}
