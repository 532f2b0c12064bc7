package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Parallel;
import dev.psyne.fiber.Scheduler;

/** {@code imbalanced}: every tenth item computes the thousandth Fibonacci number (modulo 2^64), the others the tenth. */
final class FibonacciItems implements Iteration {
    private static final int DEAR_EVERY = 10;
    private static final int DEAR = 1000;
    private static final int CHEAP = 10;

    private final Scheduler scheduler;
    private final Parallel parallel;
    private final int items;
    private final long expected;
    private long sum;

    FibonacciItems(int workers, FiberProvider fibers, int items) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.parallel = Parallel.on(scheduler);
        this.items = items;
        this.expected = sum(0, items);
    }

    @Override
    public void run() {
        sum = parallel.reduce(0, items, 0L, FibonacciItems::sum, Long::sum);
    }

    private static long sum(int from, int to) {
        long sum = 0;
        for (int item = from; item < to; item++) {
            sum += fibonacci(item % DEAR_EVERY == 0 ? DEAR : CHEAP);
        }
        return sum;
    }

    private static long fibonacci(int number) {
        long before = 0;
        long last = 1;
        for (int i = 2; i <= number; i++) {
            long next = before + last;
            before = last;
            last = next;
        }
        return last;
    }

    @Override
    public void check() {
        Wrong.unless(sum == expected, "the items came to " + sum + " instead of " + expected);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
