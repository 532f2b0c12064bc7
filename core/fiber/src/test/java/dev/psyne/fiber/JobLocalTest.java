package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class JobLocalTest {
    private static final JobLocal<String> NAME = JobLocal.withDefault("none");
    private static final JobLocal<Integer> DEPTH = JobLocal.withDefault(0);

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @EnumSource
    void aJobHasWhatWasBoundWhereItWasSpawned(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            NAME.run("left", () -> scheduler.spawn(counter, () -> spawnChildren(scheduler, counter)));
            scheduler.spawn(Priority.HIGH, counter, () -> seen.add(NAME.get()));
            counter.await();
            assertEquals(Set.of("left", "none"), seen);
            assertEquals("none", NAME.get());
            assertEquals("none", scheduler.call(NAME::get));
        }
    }

    private void spawnChildren(Scheduler scheduler, Counter counter) {
        for (int child = 0; child < 100; child++) {
            scheduler.spawn(counter, () -> seen.add(NAME.get()));
        }
    }

    @Test
    void aHelpedJobDoesNotSeeWhatItsHelperHasBound() {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).fibers(FiberProvider.LOOP_FIBERS).build()) {
            scheduler.run(() -> {
                Counter counter = Counter.create();
                scheduler.spawn(counter, () -> seen.add(NAME.get()));
                NAME.run("helper", () -> {
                    counter.await();
                    assertEquals("helper", NAME.get());
                });
            });
            assertEquals(Set.of("none"), seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bindingsHoldAcrossAWaitAndHideEachOther(FiberProvider provider) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            scheduler.spawn(
                    counter,
                    () -> NAME.run(
                            "outer",
                            () -> DEPTH.run(1, () -> {
                                SchedulerTest.await(gate);
                                seen.add(NAME.get() + DEPTH.get());
                                NAME.run("inner", () -> seen.add(NAME.get() + DEPTH.get()));
                                seen.add(NAME.get());
                            })));
            gate.countDown();
            counter.await();
            assertEquals(Set.of("outer1", "inner1", "outer"), seen);
            assertEquals("called", NAME.call("called", NAME::get));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePiecesOfALoopAndOfABatchHaveWhatItsCallerBound(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            NAME.run("loop", () -> {
                scheduler.parallelFor(0, 1000, 1, (from, to) -> seen.add(NAME.get()));
                scheduler.spawnBatch(counter, 0, 1000, 1, (from, to) -> seen.add(NAME.get()));
            });
            counter.await();
            assertEquals(Set.of("loop"), seen);
        }
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(2).fibers(provider).build();
    }
}
