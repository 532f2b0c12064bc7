package dev.psyne.rpc.internal.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationHistogramTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final DurationHistogram histogram = new DurationHistogram();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 31, 32, 33, 1_000, 65_535, 65_536, 123_456_789, HOUR_NANOS})
    void aQuantileIsAtMostASixteenthTooLarge(long nanos) {
        histogram.add(nanos);
        long found = DurationHistogram.quantileNanos(histogram.snapshot(), 1, 0.5);
        assertTrue(found >= nanos && found <= nanos + nanos / 16, nanos + " is found as " + found);
    }

    @Test
    void whatLiesBeyondIsCountedAtTheEnds() {
        histogram.add(-5);
        histogram.add(Long.MAX_VALUE);
        long[] counts = histogram.snapshot();
        assertEquals(2, Arrays.stream(counts).sum());
        assertEquals(0, DurationHistogram.quantileNanos(counts, 2, 0.5));
        assertTrue(DurationHistogram.quantileNanos(counts, 2, 1) > HOUR_NANOS);
    }

    @Test
    void quantilesAreThoseOfSortedDurations() {
        Random random = new Random(3);
        long[] all = new long[10_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble() * 20);
            histogram.add(all[i]);
        }
        Arrays.sort(all);
        long[] counts = histogram.snapshot();
        for (double share : new double[] {0.0001, 0.5, 0.99, 0.999, 1}) {
            long exact = all[(int) Math.ceil(all.length * share) - 1];
            long found = DurationHistogram.quantileNanos(counts, all.length, share);
            assertTrue(found >= exact && found <= exact + exact / 16, exact + " is found as " + found);
        }
        assertEquals(0, DurationHistogram.quantileNanos(new DurationHistogram().snapshot(), 0, 0.5));
    }
}
