package dev.psyne.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void percentilesAreWithinABucket() {
        for (int nanos = 1; nanos <= 100_000; nanos++) {
            histogram.record(nanos);
        }
        assertEquals(50_000, histogram.percentile(0.5), 8);
        assertEquals(99_000, histogram.percentile(0.99), 8);
    }

    @Test
    void aVeryLongTimeIsCountedInTheLastBucket() {
        histogram.record(Long.MAX_VALUE);
        assertEquals((1L << 29), histogram.percentile(0.5), 1 << 12);
    }

    @Test
    void hasNoPercentileOfNothing() {
        histogram.record(5);
        histogram.clear();
        assertThrows(IllegalStateException.class, () -> histogram.percentile(0.5));
    }
}
