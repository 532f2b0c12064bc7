package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Bursts of jobs, each awaited: counted by a {@link Counter}, or by one number that all of a burst add to and take from. */
final class CountedBursts implements Runnable {
    static final int JOBS = 200_000;

    private static final int BURST = 1000;

    private final int workers;
    private final boolean isShared;
    private final int[] runs = new int[BURST];

    CountedBursts(int workers, boolean isShared) {
        this.workers = workers;
        this.isShared = isShared;
    }

    @Override
    public void run() {
        try (Scheduler scheduler = Scheduler.create(workers)) {
            scheduler.run(() -> {
                for (int burst = 0; burst < JOBS / BURST; burst++) {
                    if (isShared) {
                        shared(scheduler);
                    } else {
                        counted(scheduler);
                    }
                }
            });
        }
        for (int run : runs) {
            Wrong.unless(run == JOBS / BURST, "a job ran " + run + " times");
        }
    }

    private void counted(Scheduler scheduler) {
        Counter counter = Counter.create();
        for (int job = 0; job < BURST; job++) {
            int number = job;
            scheduler.spawn(counter, () -> runs[number]++);
        }
        counter.await();
    }

    private void shared(Scheduler scheduler) {
        // The spawning job counts, too, so that it does not come to zero before all are spawned.
        AtomicLong unfinished = new AtomicLong(1);
        CountDownLatch all = new CountDownLatch(1);
        for (int job = 0; job < BURST; job++) {
            int number = job;
            unfinished.incrementAndGet();
            scheduler.spawn(() -> {
                runs[number]++;
                finish(unfinished, all);
            });
        }
        finish(unfinished, all);
        try {
            all.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("the spawning job was interrupted", interrupted);
        }
    }

    private static void finish(AtomicLong unfinished, CountDownLatch all) {
        if (unfinished.decrementAndGet() == 0) {
            all.countDown();
        }
    }
}
