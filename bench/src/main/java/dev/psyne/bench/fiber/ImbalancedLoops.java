package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/** A loop some of whose items cost a hundred times as much as the others. */
final class ImbalancedLoops implements Contest {
    private static final int CHEAP_TURNS = 10;
    private static final int DEAR_TURNS = 1000;
    private static final int ITEMS_PER_ROUND = 2_000_000;
    private static final int PIECES_PER_WORKER = 32;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private final Imbalance imbalance;
    private final int loops;
    private final int grain;
    private final long[] results;

    ImbalancedLoops(int workers, FiberProvider fibers, Imbalance imbalance) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.pool = new ForkJoinPool(workers);
        this.imbalance = imbalance;
        this.loops = ITEMS_PER_ROUND / imbalance.items();
        this.grain = Math.max(1, imbalance.items() / (workers * PIECES_PER_WORKER));
        this.results = new long[imbalance.items()];
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        for (int loop = 0; loop < loops; loop++) {
            scheduler.parallelFor(0, imbalance.items(), grain, (from, to) -> {
                for (int item = from; item < to; item++) {
                    results[item] = cost(item);
                }
            });
        }
        return perMicro(begin);
    }

    @Override
    public double theirs() {
        long begin = System.nanoTime();
        for (int loop = 0; loop < loops; loop++) {
            pool.submit(() -> IntStream.range(0, imbalance.items())
                            .parallel()
                            .forEach(item -> results[item] = cost(item)))
                    .join();
        }
        return perMicro(begin);
    }

    private long cost(int item) {
        return LoopBody.mix(item, imbalance.isDear(item) ? DEAR_TURNS : CHEAP_TURNS);
    }

    private double perMicro(long begin) {
        double perMicro = (double) loops * imbalance.items() * NANOS_PER_MICRO / (System.nanoTime() - begin);
        for (int item = 0; item < results.length; item++) {
            Wrong.unless(results[item] == cost(item), "item " + item + " came out as " + results[item]);
            results[item] = 0;
        }
        return perMicro;
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }
}
