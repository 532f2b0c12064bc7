package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Parallel;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/** Class S of the kernel EP, 2^24 pairs; its sums are those that its reference program publishes. */
final class NasEp implements Contest {
    private static final int BATCHES = (1 << 24) / GaussianPairs.BATCH;
    private static final double SUM_X = -3.247834652034740e+3;
    private static final double SUM_Y = -6.958407078382297e+3;
    private static final long[] COUNTS = {6_140_517, 5_865_300, 1_100_361, 68_546, 1_648, 17};
    private static final double TOLERANCE = 1e-8;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;

    NasEp(int workers, FiberProvider fibers) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.pool = new ForkJoinPool(workers);
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        return perMicro(
                begin,
                Parallel.on(scheduler)
                        .reduceInOrder(
                                0, BATCHES, 1, GaussianPairs.NONE, GaussianPairs::ofBatches, GaussianPairs::plus));
    }

    @Override
    public double theirs() {
        long begin = System.nanoTime();
        GaussianPairs pairs = pool.submit(() -> IntStream.range(0, BATCHES)
                        .parallel()
                        .mapToObj(batch -> GaussianPairs.ofBatches(batch, batch + 1))
                        .reduce(GaussianPairs.NONE, GaussianPairs::plus))
                .join();
        return perMicro(begin, pairs);
    }

    private static double perMicro(long begin, GaussianPairs pairs) {
        double perMicro = (double) BATCHES * GaussianPairs.BATCH * NANOS_PER_MICRO / (System.nanoTime() - begin);
        Wrong.unless(isNear(pairs.sumX(), SUM_X), "EP's first sum is " + pairs.sumX());
        Wrong.unless(isNear(pairs.sumY(), SUM_Y), "EP's second sum is " + pairs.sumY());
        for (int ring = 0; ring < COUNTS.length; ring++) {
            Wrong.unless(pairs.count(ring) == COUNTS[ring], "EP counted " + pairs.count(ring) + " in ring " + ring);
        }
        return perMicro;
    }

    private static boolean isNear(double sum, double published) {
        return Math.abs((sum - published) / published) <= TOLERANCE;
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }
}
