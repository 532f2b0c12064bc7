package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ReductionTest {
    @ParameterizedTest
    @EnumSource
    void anyOrderCombinesEachPieceOnce(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            Parallel parallel = Parallel.on(scheduler);
            for (int size : new int[] {0, 1, 2, 1000, 3_000_000}) {
                long sum = parallel.reduce(0, size, 0L, ReductionTest::sumOfIndices, Long::sum);
                assertEquals(size * (size - 1L) / 2, sum);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloatSumInOrderIsTheSameBitForBitWithAnyNumberOfWorkers(FiberProvider provider) {
        float[] values = new float[100_003];
        Random random = new Random(7);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.exp(20 * random.nextGaussian());
        }
        float expected = sumOfTree(values, 0, Math.ceilDiv(values.length, 100), 100);
        for (int workers = 1; workers <= 5; workers++) {
            try (Scheduler scheduler = ParallelTest.scheduler(provider, workers)) {
                for (int round = 0; round < 20; round++) {
                    float sum = Parallel.on(scheduler)
                            .reduceInOrder(0, values.length, 100, 0f, (from, to) -> sum(values, from, to), Float::sum);
                    assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(sum));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void neighboursAreCombinedFromLeftToRightInTheTreeThatTheJavadocDraws(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 3)) {
            Parallel parallel = Parallel.on(scheduler);
            assertEquals("(((0 1)(2 3))4)", bracketed(parallel, 5));
            assertEquals("((((0 1)(2 3))((4 5)(6 7)))((8 9)10))", bracketed(parallel, 11));
            for (int size = 0; size < 300; size++) {
                String text = parallel.reduceInOrder(-3, size - 3, 3, "", ReductionTest::listed, String::concat);
                assertEquals(listed(-3, size - 3), text);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresOfPieceAndCombinerSurfaceAtTheCaller(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            Parallel parallel = Parallel.on(scheduler);
            IllegalStateException failure = new IllegalStateException();
            RangeFunction<String> failing = (from, to) -> {
                throw failure;
            };
            assertSame(failure, causeOf(() -> parallel.reduce(0, 9, "", failing, String::concat)));
            assertSame(failure, causeOf(() -> parallel.reduceInOrder(0, 9, 1, "", failing, String::concat)));
            assertSame(
                    failure,
                    causeOf(() -> parallel.reduceInOrder(0, 9, 1, "", ReductionTest::listed, (left, right) -> {
                        throw failure;
                    })));
        }
    }

    @Test
    void refusesAnImpossibleRangeAndTooManyPieces() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            Parallel parallel = Parallel.on(scheduler);
            assertRefused(parallel, 0, 1, 0);
            assertRefused(parallel, 1, 0, 1);
            assertRefused(parallel, Integer.MIN_VALUE, Integer.MAX_VALUE, 4095);
            String message = assertRefused(parallel, 0, Parallel.MAX_ORDERED_PIECES + 1, 1);
            assertTrue(message.endsWith("must be at least 2"), message);
        }
    }

    private static String assertRefused(Parallel parallel, int begin, int end, int grain) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> parallel.reduceInOrder(begin, end, grain, "", ReductionTest::listed, String::concat))
                .getMessage());
    }

    private static @Nullable Throwable causeOf(Runnable reduction) {
        return assertThrows(JobFailedException.class, reduction::run).getCause();
    }

    private static String bracketed(Parallel parallel, int size) {
        return parallel.reduceInOrder(
                        0, size, 1, "", (from, to) -> " " + from, (left, right) -> "(" + left + right + ")")
                .replace("( ", "(")
                .replace(") ", ")");
    }

    private static String listed(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> i + ",").collect(Collectors.joining());
    }

    private static long sumOfIndices(int from, int to) {
        return IntStream.range(from, to).asLongStream().sum();
    }

    private static float sum(float[] values, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** The same tree, top down: the left half of a node is the largest power of two that leaves something to the right. */
    private static float sumOfTree(float[] values, int firstPiece, int pieces, int grain) {
        if (pieces == 1) {
            return sum(values, firstPiece * grain, Math.min(values.length, (firstPiece + 1) * grain));
        }
        int left = Integer.highestOneBit(pieces - 1);
        return sumOfTree(values, firstPiece, left, grain) + sumOfTree(values, firstPiece + left, pieces - left, grain);
    }
}
