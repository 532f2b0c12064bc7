package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Parallel;
import dev.psyne.fiber.Scheduler;

/** {@code scientific/ep}: sine and cosine of every index, squared and added. RustFiber's do not keep the sum. */
final class CircleSum implements Iteration {
    private static final double STEP = 0.0001;
    private static final double TOLERANCE = 1e-9;

    private final Scheduler scheduler;
    private final Parallel parallel;
    private final int items;
    private double sum;

    CircleSum(int workers, FiberProvider fibers, int items) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.parallel = Parallel.on(scheduler);
        this.items = items;
    }

    @Override
    public void run() {
        sum = parallel.reduce(0, items, 0.0, CircleSum::sum, Double::sum);
    }

    private static double sum(int from, int to) {
        double sum = 0;
        for (int item = from; item < to; item++) {
            double x = Math.sin(item * STEP);
            double y = Math.cos(item * STEP);
            sum += x * x + y * y;
        }
        return sum;
    }

    @Override
    public void check() {
        Wrong.unless(Math.abs(sum / items - 1) < TOLERANCE, "the squares come to " + sum);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
