package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ParallelTest {
    private static final int[] BEGINS = {Integer.MIN_VALUE, -7, 0, Integer.MAX_VALUE - 200_000};
    private static final int[] SIZES = {0, 1, 2, 23, 24, 1000, 200_000};

    @ParameterizedTest
    @EnumSource
    void runsEachIndexOnce(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 3)) {
            Parallel parallel = Parallel.on(scheduler);
            for (int begin : BEGINS) {
                for (int size : SIZES) {
                    runsEachIndexOnce(parallel, begin, size);
                    scheduler.run(() -> runsEachIndexOnce(parallel, begin, size));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRangeLongerThanAnIntIsRunToItsEnd(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            long indices = Parallel.on(scheduler)
                    .reduce(Integer.MIN_VALUE, Integer.MAX_VALUE, 0L, (from, to) -> (long) to - from, Long::sum);
            assertEquals((1L << 32) - 1, indices);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGivenGrainIsKept(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            AtomicInteger pieces = new AtomicInteger();
            Parallel.on(scheduler).forEach(0, 1000, 10, (from, to) -> {
                assertEquals(10, to - from);
                pieces.incrementAndGet();
            });
            assertEquals(100, pieces.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void fewIndicesAreSharedOutAtOnce(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            CyclicBarrier both = new CyclicBarrier(2);
            Parallel.on(scheduler).forEach(0, 2, (from, to) -> {
                try {
                    both.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void loopsNest(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            Parallel parallel = Parallel.on(scheduler);
            AtomicInteger ran = new AtomicInteger();
            parallel.forEach(0, 100, (from, to) -> {
                for (int i = from; i < to; i++) {
                    parallel.forEach(0, 100, (first, last) -> ran.addAndGet(last - first));
                }
            });
            assertEquals(10_000, ran.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureSurfacesAtTheCaller(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            for (int failing = 0; failing < 200; failing++) {
                failsAt(scheduler, failing, new AtomicInteger());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noPieceBeginsAfterAFailure(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 1)) {
            for (int failing = 0; failing < 200; failing++) {
                AtomicInteger lastBegun = new AtomicInteger();
                failsAt(scheduler, failing, lastBegun);
                assertTrue(lastBegun.get() <= failing);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mapsRangesAndArraysInOrder(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider, 2)) {
            Parallel parallel = Parallel.on(scheduler);
            String[] names = parallel.map(-3, 5000, Integer::toString, String[]::new);
            assertEquals(5003, names.length);
            assertEquals("-3", names[0]);
            Integer[] values = parallel.map(names, Integer::valueOf, Integer[]::new);
            for (int i = 0; i < values.length; i++) {
                assertEquals(i - 3, values[i]);
            }
            assertEquals(0, parallel.map(new String[0], Integer::valueOf, Integer[]::new).length);
            String[] broken = {"1", "two"};
            JobFailedException failed = assertThrows(
                    JobFailedException.class, () -> parallel.map(broken, Integer::valueOf, Integer[]::new));
            assertInstanceOf(NumberFormatException.class, failed.getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesImpossibleRangesAndAClosedScheduler(FiberProvider provider) {
        Scheduler scheduler = scheduler(provider, 1);
        Parallel parallel = Parallel.on(scheduler);
        RangeBody body = (from, to) -> {};
        try (scheduler) {
            assertThrows(IllegalArgumentException.class, () -> parallel.forEach(1, 0, body));
            assertThrows(IllegalArgumentException.class, () -> parallel.forEach(0, 1, 0, body));
            assertThrows(IllegalArgumentException.class, () -> parallel.map(1, 0, i -> "", String[]::new));
            assertThrows(
                    IllegalArgumentException.class, () -> parallel.map(-1, Integer.MAX_VALUE, i -> "", String[]::new));
        }
        assertThrows(JobRejectedException.class, () -> parallel.forEach(0, 1, body));
    }

    static Scheduler scheduler(FiberProvider provider, int workers) {
        return Scheduler.builder().workers(workers).fibers(provider).build();
    }

    private static void failsAt(Scheduler scheduler, int failing, AtomicInteger lastBegun) {
        IllegalStateException failure = new IllegalStateException("at " + failing);
        JobFailedException failed = assertThrows(
                JobFailedException.class,
                () -> Parallel.on(scheduler).forEach(0, 1 << 30, (from, to) -> {
                    lastBegun.accumulateAndGet(from, Math::max);
                    if (from <= failing && failing < to) {
                        throw failure;
                    }
                }));
        assertSame(failure, failed.getCause());
    }

    private static void runsEachIndexOnce(Parallel parallel, int begin, int size) {
        AtomicIntegerArray runs = new AtomicIntegerArray(size);
        parallel.forEach(begin, begin + size, (from, to) -> {
            for (int i = from; i < to; i++) {
                runs.incrementAndGet(i - begin);
            }
        });
        int[] once = new int[size];
        Arrays.fill(once, 1);
        int[] ran = new int[size];
        Arrays.setAll(ran, runs::get);
        assertArrayEquals(once, ran, () -> begin + " + " + size);
    }
}
