package dev.psyne.proof;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Waits for counters, from jobs, virtual threads and platform threads at once. Whom a job waits for its spawner chooses, among
 * counters whose jobs were spawned before, so that there is no circle; most counters have several waiters.
 */
final class SoakWaits {
    private static final int OUTSIDE_THREADS = 4;

    /** Of the waits, so many are made by a platform thread, and as many again and again by virtual ones. */
    private static final int PLATFORM_OF = 128;

    private static final int VIRTUAL_OF = 32;
    private static final int FAMILIES = 16;
    private static final int CHILDREN = 50;

    /** A wait of its own for each child, of the child for somebody, and of the family's parent for all. */
    private static final int WAITS_OF_FAMILY = 2 * CHILDREN;

    private static final int KNOWN = 64;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofNanos(1_000);

    private final Scheduler scheduler;
    private final long seed;
    private final LongAdder waited;
    private final AtomicReferenceArray<Counter> known = new AtomicReferenceArray<>(KNOWN);

    SoakWaits(Scheduler scheduler, long seed, LongAdder waited) {
        this.scheduler = scheduler;
        this.seed = seed;
        this.waited = waited;
        for (int i = 0; i < KNOWN; i++) {
            known.set(i, Counter.create());
        }
    }

    /** Makes at least so many waits. */
    void run(long waits) {
        List<FutureTask<Void>> outside = new ArrayList<>();
        for (int i = 0; i < OUTSIDE_THREADS; i++) {
            boolean virtual = i % 2 == 0;
            long count = waits / (virtual ? VIRTUAL_OF : PLATFORM_OF) / OUTSIDE_THREADS * 2;
            long number = i;
            FutureTask<Void> task = new FutureTask<>(() -> waitOutside(number, count), null);
            outside.add(task);
            Thread _ = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        }
        long family = OUTSIDE_THREADS;
        for (long left = waits; left > 0; left -= (long) FAMILIES * WAITS_OF_FAMILY) {
            Counter families = Counter.create();
            for (int i = 0; i < FAMILIES; i++) {
                long number = family++;
                scheduler.spawn(families, () -> waitInFamily(number));
            }
            families.await();
        }
        outside.forEach(SoakWaits::join);
    }

    private void waitInFamily(long number) {
        SplittableRandom random = new SplittableRandom(seed + number);
        Counter[] children = new Counter[CHILDREN];
        for (int i = 0; i < CHILDREN; i++) {
            Counter before = known.get(random.nextInt(KNOWN));
            int way = random.nextInt();
            children[i] = Counter.create();
            scheduler.spawn(children[i], () -> await(before, way));
            known.set(random.nextInt(KNOWN), children[i]);
        }
        for (int i = CHILDREN - 1; i >= 0; i--) {
            await(children[i], random.nextInt());
        }
    }

    private void waitOutside(long number, long count) {
        SplittableRandom random = new SplittableRandom(seed + number);
        for (long i = 0; i < count; i++) {
            Counter counter = known.get(random.nextInt(KNOWN));
            if (random.nextBoolean()) {
                counter = Counter.create();
                scheduler.spawn(counter, () -> {});
            }
            await(counter, random.nextInt());
        }
    }

    private void await(Counter counter, int way) {
        switch (way & 7) {
            case 0, 1, 2, 3 -> counter.await();
            case 4, 5 -> counter.awaitWithoutHelping();
            case 6 -> check(counter.await(LONG));
            default -> {
                if (!counter.await(SHORT)) {
                    counter.awaitWithoutHelping();
                }
            }
        }
        waited.increment();
    }

    private static void check(boolean zero) {
        if (!zero) {
            throw new AssertionError("a wait of " + LONG + " is over too soon");
        }
    }

    private static void join(FutureTask<Void> task) {
        try {
            task.get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError("a thread outside failed", failed);
        }
    }
}
