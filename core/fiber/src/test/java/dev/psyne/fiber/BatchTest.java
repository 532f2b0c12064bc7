package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BatchTest {
    private static final int INDICES = 100_003;

    @ParameterizedTest
    @EnumSource
    void everyIndexRunsOnceAndTheCounterTellsTheEnd(FiberProvider provider) {
        AtomicIntegerArray ran = new AtomicIntegerArray(INDICES);
        try (Scheduler scheduler =
                Scheduler.builder().workers(2).fibers(provider).build()) {
            Counter counter = Counter.create();
            scheduler.spawnBatch(counter, 0, INDICES, 100, (from, to) -> {
                for (int index = from; index < to; index++) {
                    ran.incrementAndGet(index);
                }
            });
            counter.await();
            assertEquals(0, counter.value());
        }
        for (int index = 0; index < INDICES; index++) {
            assertEquals(1, ran.get(index));
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchesOfJobsAndAnEmptyOneEnd(FiberProvider provider) {
        AtomicIntegerArray ran = new AtomicIntegerArray(1000);
        try (Scheduler scheduler =
                Scheduler.builder().workers(2).fibers(provider).build()) {
            Counter counter = Counter.create();
            scheduler.spawnBatch(counter, 5, 5, 1, (from, to) -> ran.incrementAndGet(0));
            for (int batch = 0; batch < 100; batch++) {
                int first = 10 * batch;
                scheduler.spawn(
                        counter,
                        () -> scheduler.spawnBatch(
                                counter, first, first + 10, 1, (from, to) -> ran.incrementAndGet(from)));
            }
            counter.await();
        }
        for (int index = 0; index < 1000; index++) {
            assertEquals(1, ran.get(index));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfTheBodyIsTheCauseOfTheAwaits(FiberProvider provider) {
        IllegalStateException thrown = new IllegalStateException("at 7");
        try (Scheduler scheduler =
                Scheduler.builder().workers(2).fibers(provider).build()) {
            Counter counter = Counter.create();
            scheduler.spawnBatch(counter, 0, 10, 1, (from, to) -> {
                if (from == 7) {
                    throw thrown;
                }
            });
            assertSame(
                    thrown,
                    assertThrows(JobFailedException.class, counter::await).getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRangeThatMakesNoSenseIsRefusedAndNotCounted(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(2).fibers(provider).build()) {
            Counter counter = Counter.create();
            assertThrows(
                    IllegalArgumentException.class, () -> scheduler.spawnBatch(counter, 0, 10, 0, (from, to) -> {}));
            assertThrows(
                    IllegalArgumentException.class, () -> scheduler.spawnBatch(counter, 10, 0, 1, (from, to) -> {}));
            counter.await();
        }
    }
}
