package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;

/** {@code spawn_1m}: one job spawns a million distinct ones, with one counter, and the caller waits for both. */
final class FlatSpawns implements Iteration {
    private final Scheduler scheduler;
    private final byte[] runs;

    FlatSpawns(int workers, FiberProvider fibers, int jobs) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.runs = new byte[jobs];
    }

    @Override
    public void run() {
        Counter counter = Counter.create();
        scheduler.run(() -> {
            for (int job = 0; job < runs.length; job++) {
                int number = job;
                scheduler.spawn(counter, () -> runs[number]++);
            }
        });
        counter.await();
    }

    @Override
    public void check() {
        for (int job = 0; job < runs.length; job++) {
            Wrong.unless(runs[job] == 1, "a job ran " + runs[job] + " times");
            runs[job] = 0;
        }
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
