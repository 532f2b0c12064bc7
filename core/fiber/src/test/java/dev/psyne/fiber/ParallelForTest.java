package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ParallelForTest {
    private static final int[] BEGINS = {Integer.MIN_VALUE, -7, 0, 5, Integer.MAX_VALUE - 1000};
    private static final int[] SIZES = {0, 1, 2, 3, 17, 1000};
    private static final int[] GRAINS = {1, 2, 3, 7, 999, 1000, 1001, Integer.MAX_VALUE};

    @ParameterizedTest
    @EnumSource
    void runsEachIndexOnceInPiecesOfTheGrain(FiberProvider provider) {
        try (Scheduler scheduler =
                Scheduler.builder().workers(3).fibers(provider).build()) {
            for (int begin : BEGINS) {
                for (int size : SIZES) {
                    for (int grain : GRAINS) {
                        runsEachIndexOnce(scheduler, begin, size, grain);
                        scheduler.run(() -> runsEachIndexOnce(scheduler, begin, size, grain));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeRangeSumsRight(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            AtomicLong sum = new AtomicLong();
            scheduler.parallelFor(0, 1_000_003, 997, (from, to) -> {
                long part = 0;
                for (int i = from; i < to; i++) {
                    part += i;
                }
                sum.addAndGet(part);
            });
            assertEquals(1_000_003L * 1_000_002L / 2, sum.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCallerAndAWorkerTakePartAtTheSameTime(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            CyclicBarrier both = new CyclicBarrier(2);
            RangeBody body = (from, to) -> {
                try {
                    both.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                    throw new IllegalStateException(e);
                }
            };
            scheduler.parallelFor(0, 2, 1, body);
            scheduler.run(() -> scheduler.parallelFor(0, 2, 1, body));
        }
    }

    @ParameterizedTest
    @EnumSource
    void loopsNest(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            AtomicInteger ran = new AtomicInteger();
            RangeBody inner = (from, to) -> ran.addAndGet(to - from);
            RangeBody middle = (from, to) -> scheduler.parallelFor(0, 100, 9, inner);
            scheduler.parallelFor(0, 50, 1, (from, to) -> scheduler.parallelFor(0, 10, 1, middle));
            assertEquals(50_000, ran.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyCallersLoopAtOnceAndBodiesMayWait(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            AtomicInteger ran = new AtomicInteger();
            Counter counter = Counter.create();
            for (int i = 0; i < 100; i++) {
                scheduler.spawn(
                        counter,
                        () -> scheduler.parallelFor(0, 50, 3, (from, to) -> {
                            Counter child = Counter.create();
                            scheduler.spawn(child, () -> ran.addAndGet(to - from));
                            child.await();
                        }));
            }
            counter.await();
            assertEquals(5000, ran.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureSurfacesAtTheCallerAndEndsTheLoop(FiberProvider provider) {
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            for (int failing = 0; failing < 200; failing++) {
                int at = failing;
                AtomicInteger begun = new AtomicInteger();
                IllegalStateException failure = new IllegalStateException("at " + at);
                JobFailedException failed = assertThrows(
                        JobFailedException.class,
                        () -> scheduler.parallelFor(0, 1_000_000, 1, (from, to) -> {
                            begun.incrementAndGet();
                            if (from == at) {
                                throw failure;
                            }
                        }));
                assertSame(failure, failed.getCause());
                assertTrue(begun.get() < 1_000_000);
            }
        }
    }

    @Test
    void refusesAnImpossibleRange() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            RangeBody body = (from, to) -> {};
            assertThrows(IllegalArgumentException.class, () -> scheduler.parallelFor(0, 1, 0, body));
            assertThrows(IllegalArgumentException.class, () -> scheduler.parallelFor(1, 0, 1, body));
        }
    }

    private static void runsEachIndexOnce(Scheduler scheduler, int begin, int size, int grain) {
        int[] runs = new int[size];
        AtomicInteger tooLong = new AtomicInteger();
        scheduler.parallelFor(begin, begin + size, grain, (from, to) -> {
            if (to - from > grain || to <= from) {
                tooLong.incrementAndGet();
            }
            for (int i = from; i < to; i++) {
                runs[i - begin]++;
            }
        });
        int[] once = new int[size];
        Arrays.fill(once, 1);
        assertArrayEquals(once, runs, () -> begin + " + " + size + " by " + grain);
        assertEquals(0, tooLong.get());
    }
}
