package dev.psyne.rpc.internal.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private static long[] first(BackOff backOff) {
        return IntStream.range(0, 12).mapToLong(_ -> backOff.next()).toArray();
    }

    @Test
    void itDoublesUpToItsEndLessAtMostAHalf() {
        BackOff backOff = new BackOff(100, 10_000, new SplittableRandom(7));
        long whole = 100;
        for (long nanos : first(backOff)) {
            assertTrue(nanos >= whole / 2 && nanos <= whole, nanos + " of " + whole);
            whole = Math.min(2 * whole, 10_000);
        }
        backOff.reset();
        assertTrue(backOff.next() <= 100);
        assertTrue(backOff.longest() >= 5_000);
    }

    @Test
    void itIsTheSameForTheSameSeed() {
        long[] one = first(new BackOff(100, 10_000, new SplittableRandom(7)));
        long[] again = first(new BackOff(100, 10_000, new SplittableRandom(7)));
        assertArrayEquals(one, again);
        assertEquals(12, one.length);
    }
}
