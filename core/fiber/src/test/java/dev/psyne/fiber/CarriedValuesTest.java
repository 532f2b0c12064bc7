package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CarriedValuesTest {
    private static final ScopedValue<String> NAME = ScopedValue.newInstance();
    private static final ScopedValue<Integer> DEPTH = ScopedValue.newInstance();
    private static final ScopedValue<String> LEFT_BEHIND = ScopedValue.newInstance();
    private static final JobLocal<String> LOCAL = JobLocal.withDefault("-");

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @EnumSource
    void aJobHasWhatWasBoundAroundItsSpawnAndSoHaveItsChildren(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            ScopedValue.where(NAME, "left")
                    .run(() -> scheduler.spawn(counter, () -> spawnChildren(scheduler, counter)));
            ScopedValue.where(NAME, "right")
                    .where(DEPTH, 1)
                    .run(() -> scheduler.spawn(Priority.HIGH, counter, this::look));
            scheduler.spawn(counter, this::look);
            counter.await();
            assertEquals(Set.of("left.", "right1", ".", "left2"), seen);
            assertFalse(NAME.isBound());
        }
    }

    private void spawnChildren(Scheduler scheduler, Counter counter) {
        for (int child = 0; child < 100; child++) {
            scheduler.spawn(counter, this::look);
        }
        ScopedValue.where(DEPTH, 2).run(() -> scheduler.spawn(counter, this::look));
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsDeclaredTravels(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                Scheduler plain =
                        Scheduler.builder().workers(2).fibers(provider).build()) {
            ScopedValue.where(NAME, "bound").where(LEFT_BEHIND, "bound").run(() -> {
                assertFalse(scheduler.call(LEFT_BEHIND::isBound));
                assertTrue(scheduler.call(NAME::isBound));
                assertFalse(plain.call(NAME::isBound));
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void localsTravelBesideIt(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            LOCAL.run(
                    "local",
                    () -> ScopedValue.where(NAME, "scoped")
                            .run(() -> scheduler.spawn(counter, () -> seen.add(LOCAL.get() + NAME.get()))));
            ScopedValue.where(NAME, "scoped")
                    .run(() -> scheduler.spawn(counter, () -> seen.add(LOCAL.get() + NAME.get())));
            counter.await();
            assertEquals(Set.of("localscoped", "-scoped"), seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePiecesOfALoopAndOfABatchHaveIt(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            ScopedValue.where(NAME, "loop").run(() -> scheduler.parallelFor(0, 1000, 1, (from, to) -> look()));
            ScopedValue.where(NAME, "batch").run(() -> scheduler.spawnBatch(counter, 0, 1000, 1, (from, to) -> look()));
            counter.await();
            assertEquals(Set.of("loop.", "batch."), seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forksHaveIt(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            List<String> names = scheduler.call(() -> {
                Fork<String> bound = ScopedValue.where(NAME, "fork").call(() -> scheduler.fork(this::look));
                Fork<String> unbound = scheduler.fork(this::look);
                return ScopedValue.where(NAME, "joiner").call(() -> List.of(unbound.join(), bound.join(), look()));
            });
            assertEquals(List.of(".", "fork.", "joiner."), names);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatComesAfterAnotherHasWhatWasBoundWhereItWasQueued(FiberProvider provider) {
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = scheduler(provider)) {
            Counter before = Counter.create();
            Counter after = Counter.create();
            ScopedValue.where(NAME, "before").run(() -> scheduler.spawn(before, () -> SchedulerTest.await(gate)));
            ScopedValue.where(NAME, "after").run(() -> scheduler.spawnAfter(before, after, this::look));
            scheduler.spawnAfter(before, after, this::look);
            gate.countDown();
            after.await();
            assertEquals(Set.of("after.", "."), seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theJobsOfAScopeHaveIt(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider);
                JobScope scope = JobScope.open(scheduler)) {
            JobResult<String> bound = ScopedValue.where(NAME, "scope").call(() -> scope.spawn(this::look));
            JobResult<String> unbound = scope.spawn(this::look);
            scope.await();
            assertEquals(List.of("scope.", "."), List.of(bound.get(), unbound.get()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bindingsHoldAcrossAWaitAndHideEachOther(FiberProvider provider) {
        CountDownLatch gate = new CountDownLatch(1);
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            ScopedValue.where(NAME, "outer")
                    .run(() -> scheduler.spawn(counter, () -> {
                        ScopedValue.where(NAME, "inner").where(DEPTH, 1).run(() -> {
                            SchedulerTest.await(gate);
                            look();
                        });
                        look();
                    }));
            gate.countDown();
            counter.await();
            assertEquals(Set.of("inner1", "outer."), seen);
        }
    }

    @Test
    void aStolenJobHasIt() {
        try (Scheduler scheduler = builder(FiberProvider.LOOP_FIBERS).workers(2).build()) {
            CountDownLatch ran = new CountDownLatch(1);
            scheduler.run(() -> {
                ScopedValue.where(NAME, "stolen")
                        .run(() -> scheduler.spawn(() -> {
                            look();
                            ran.countDown();
                        }));
                // The worker stays with this job, so that the other must come for that one.
                while (ran.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            assertEquals(Set.of("stolen."), seen);
        }
    }

    @Test
    void aHelpedJobHasItsOwnOnItsHelpersStack() {
        try (Scheduler scheduler = builder(FiberProvider.LOOP_FIBERS).workers(1).build()) {
            scheduler.run(() -> {
                Thread helper = Thread.currentThread();
                Counter counter = Counter.create();
                ScopedValue.where(NAME, "job")
                        .run(() -> scheduler.spawn(counter, () -> {
                            assertEquals(helper, Thread.currentThread());
                            look();
                        }));
                ScopedValue.where(NAME, "helper").run(() -> {
                    counter.await();
                    look();
                });
            });
            assertEquals(Set.of("job.", "helper."), seen);
        }
    }

    @Test
    void moreValuesThanAreCarriedAreRefused() {
        ScopedValue<?>[] values = Stream.generate(ScopedValue::newInstance)
                .limit(Scheduler.MAX_CARRIED_VALUES + 1)
                .toArray(ScopedValue<?>[]::new);
        assertThrows(IllegalArgumentException.class, () -> Scheduler.builder().carries(values));
    }

    private String look() {
        String sight = NAME.orElse("") + (DEPTH.isBound() ? DEPTH.get().toString() : ".");
        seen.add(sight);
        return sight;
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return builder(provider).workers(2).build();
    }

    private static Scheduler.Builder builder(FiberProvider provider) {
        return Scheduler.builder().fibers(provider).carries(NAME, DEPTH);
    }
}
