package dev.psyne.proof;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.JobFailedException;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.atomic.LongAdder;

/**
 * Numbered jobs in rounds, each of which ends with an await: every number must have been run once, and every failure that was
 * injected be seen.
 */
final class SoakJobs {
    /** Of the jobs, so many are a job and its queue entry of their own; the others are indices of batches. */
    static final int SINGLE_OF = 10;

    private static final int FROM_OUTSIDE = 1_000;
    private static final int CHILDREN = 100;
    private static final int SINGLE_IN_ROUND = FROM_OUTSIDE * CHILDREN;
    private static final int BATCH_IN_ROUND = SINGLE_IN_ROUND * (SINGLE_OF - 1);
    private static final int BATCHES = 3;
    private static final int GRAIN = 512;

    /** One job in so many fails. */
    private static final int FAILURES = 1 << 17;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private final Scheduler scheduler;
    private final long seed;
    private final LongAdder ran;
    private final LongAdder numbers = new LongAdder();
    private final LongAdder thrown = new LongAdder();
    private long before;

    /** What is thrown into a job. */
    private static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Injected() {
            super("injected", null, false, false);
        }
    }

    SoakJobs(Scheduler scheduler, long seed, LongAdder ran) {
        this.scheduler = scheduler;
        this.seed = seed;
        this.ran = ran;
    }

    /** Runs at least so many jobs. */
    void run(long jobs) {
        for (long first = 0; first < jobs; first += SINGLE_IN_ROUND + BATCH_IN_ROUND) {
            singles(first);
            batches(first + SINGLE_IN_ROUND);
        }
    }

    /** Each job from outside has a number too, and spawns those up to the next one's. */
    private void singles(long first) {
        reset();
        Counter counter = Counter.create();
        for (int i = 0; i < FROM_OUTSIDE; i++) {
            long number = first + (long) i * CHILDREN;
            scheduler.spawn(counter, () -> {
                for (int child = 1; child < CHILDREN; child++) {
                    long childNumber = number + child;
                    scheduler.spawn(counter, () -> runOne(childNumber));
                }
                runOne(number);
            });
        }
        check(counter, first, SINGLE_IN_ROUND);
    }

    private void batches(long first) {
        int size = BATCH_IN_ROUND / BATCHES;
        for (int batch = 0; batch < BATCHES; batch++) {
            reset();
            long base = first + (long) batch * size;
            Counter counter = Counter.create();
            scheduler.spawnBatch(counter, 0, size, GRAIN, (from, to) -> {
                numbers.add(sum(base + from, to - from));
                ran.add(to - from);
            });
            check(counter, base, size);
        }
    }

    private void runOne(long number) {
        numbers.add(number);
        ran.increment();
        if (fails(number)) {
            thrown.increment();
            throw new Injected();
        }
    }

    private void reset() {
        numbers.reset();
        thrown.reset();
        before = ran.sum();
    }

    private void check(Counter counter, long first, int count) {
        boolean failed = false;
        try {
            counter.await();
        } catch (JobFailedException injected) {
            failed = injected.getCause() instanceof Injected;
        }
        long lost = count - (ran.sum() - before);
        if (lost != 0 || numbers.sum() != sum(first, count)) {
            throw new AssertionError("of the jobs from " + first + " on, " + lost + " of " + count
                    + " did not run; the sum of the numbers is off by " + (numbers.sum() - sum(first, count)));
        }
        if (failed != thrown.sum() > 0) {
            throw new AssertionError("of the jobs from " + first + " on, " + thrown.sum() + " threw; seen: " + failed);
        }
    }

    private boolean fails(long number) {
        long mixed = (number + seed) * FACTOR;
        return (mixed >>> Integer.SIZE) % FAILURES == 0;
    }

    private static long sum(long first, long count) {
        return first * count + count * (count - 1) / 2;
    }
}
