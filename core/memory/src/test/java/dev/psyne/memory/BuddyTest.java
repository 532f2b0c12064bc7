package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BuddyTest {
    private record Run(int first, int units) {}

    @Test
    void aRunTakesNoMoreThanItAskedFor() {
        Buddy buddy = new Buddy(64);
        assertEquals(64, buddy.largestUnits());
        assertEquals(0, buddy.take(5));
        assertEquals(59, buddy.freeUnits());
        assertEquals(32, buddy.largestUnits());
        assertEquals(6, buddy.take(2));
        assertEquals(5, buddy.take(1));
        buddy.release(0, 5);
        buddy.release(6, 2);
        buddy.release(5, 1);
        assertEquals(64, buddy.largestUnits());
    }

    @Test
    void aNumberOfUnitsThatIsNoPowerOfTwoIsUsedToItsEnd() {
        Buddy buddy = new Buddy(100);
        assertEquals(64, buddy.largestUnits());
        assertEquals(Buddy.NONE, buddy.take(65));
        BitSet taken = new BitSet();
        for (int i = 0; i < 100; i++) {
            taken.set(buddy.take(1));
        }
        assertEquals(100, taken.cardinality());
        assertEquals(100, taken.length());
        assertEquals(Buddy.NONE, buddy.take(1));
        assertEquals(0, buddy.largestUnits());
        for (int i = 0; i < 100; i++) {
            buddy.release(i, 1);
        }
        assertEquals(64, buddy.largestUnits());
        assertEquals(100, buddy.freeUnits());
    }

    @Test
    void runsNeverOverlapAndMergeAgain() {
        for (int units : new int[] {1, 2, 63, 64, 65, 1000, 5000}) {
            SplittableRandom random = new SplittableRandom(units);
            Buddy buddy = new Buddy(units);
            int whole = buddy.largestUnits();
            BitSet used = new BitSet(units);
            List<Run> runs = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                step(random, buddy, used, runs, units);
                assertEquals(units - used.cardinality(), buddy.freeUnits());
            }
            runs.forEach(run -> buddy.release(run.first, run.units));
            assertEquals(whole, buddy.largestUnits());
        }
    }

    private static void step(SplittableRandom random, Buddy buddy, BitSet used, List<Run> runs, int units) {
        if (random.nextInt(5) < 2 && !runs.isEmpty()) {
            Run run = runs.remove(random.nextInt(runs.size()));
            used.clear(run.first, run.first + run.units);
            buddy.release(run.first, run.units);
            return;
        }
        int wanted = 1 + random.nextInt(Math.max(1, units / 8));
        int first = buddy.take(wanted);
        if (first != Buddy.NONE) {
            assertTrue(first + wanted <= units);
            assertEquals(0, used.get(first, first + wanted).cardinality());
            used.set(first, first + wanted);
            runs.add(new Run(first, wanted));
        }
    }
}
