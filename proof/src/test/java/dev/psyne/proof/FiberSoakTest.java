package dev.psyne.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A thousand million jobs, of which none may be lost or run twice, and ten million waits, of which each must end; so many
 * times {@code dev.psyne.proof.soakScale}, 1 unless told otherwise. The last column says which part of that a way of
 * waiting is given: a virtual thread for each job takes that much longer.
 */
@Tag("proof")
class FiberSoakTest {
    private static final double SCALE = Double.parseDouble(System.getProperty("dev.psyne.proof.soakScale", "1"));
    private static final long SEED = Long.getLong("dev.psyne.proof.seed", 1);
    private static final long JOBS = 1_000_000_000;
    private static final long WAITS = 10_000_000;

    @ParameterizedTest
    @CsvSource({"LOOP_FIBERS, 2, 1", "VIRTUAL_THREADS, 2, 100"})
    void noJobIsLost(FiberProvider provider, int workers, int part) throws Exception {
        LongAdder ran = new LongAdder();
        long jobs = (long) (JOBS * SCALE / part);
        try (Scheduler scheduler = scheduler(provider, workers)) {
            new SoakWatch(scheduler, ran).run("jobs-" + provider, () -> new SoakJobs(scheduler, SEED, ran).run(jobs));
        }
        assertTrue(ran.sum() >= jobs, () -> ran + " jobs");
    }

    @ParameterizedTest
    @CsvSource({"LOOP_FIBERS, 2, 2", "LOOP_FIBERS, 5, 2", "VIRTUAL_THREADS, 2, 20"})
    void noWakeUpIsLost(FiberProvider provider, int workers, int part) throws Exception {
        LongAdder waited = new LongAdder();
        long waits = (long) (WAITS * SCALE / part);
        try (Scheduler scheduler = scheduler(provider, workers)) {
            new SoakWatch(scheduler, waited)
                    .run("waits-" + provider, () -> new SoakWaits(scheduler, SEED, waited).run(waits));
        }
        assertTrue(waited.sum() >= waits, () -> waited + " waits");
    }

    private static Scheduler scheduler(FiberProvider provider, int workers) {
        return Scheduler.builder().workers(workers).fibers(provider).build();
    }
}
