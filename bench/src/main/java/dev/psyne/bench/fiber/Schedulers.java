package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;

/** The schedulers that are measured: the defaults, with a given kind of fibers. */
final class Schedulers {
    private Schedulers() {}

    static Scheduler of(int workers, FiberProvider fibers) {
        return Scheduler.builder().workers(workers).fibers(fibers).build();
    }
}
