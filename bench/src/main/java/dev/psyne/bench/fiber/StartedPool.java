package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;

/** {@code startup}: a pool is made, runs one job and is closed. Ours may have 32 workers, theirs has one for each core. */
final class StartedPool implements Iteration {
    private final FiberProvider fibers;
    private boolean ran;

    StartedPool(FiberProvider fibers) {
        this.fibers = fibers;
    }

    @Override
    public void run() {
        try (Scheduler scheduler = Schedulers.of(Starts.WORKERS, fibers)) {
            scheduler.run(() -> ran = true);
        }
    }

    @Override
    public void check() {
        Wrong.unless(ran, "the job did not run");
        ran = false;
    }

    @Override
    public void close() {
        // Each run closes its own.
    }
}
