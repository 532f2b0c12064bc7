package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SizeClassesTest {
    @Test
    void everySizeGoesIntoTheSmallestClassThatHoldsIt() {
        SizeClasses sizes = new SizeClasses(32 << 10);
        assertEquals(32 << 10, sizes.largest());
        assertEquals(32, sizes.count());
        for (int bytes = 1; bytes <= sizes.largest(); bytes++) {
            int sizeClass = sizes.of(bytes);
            assertTrue(sizes.size(sizeClass) >= bytes);
            assertTrue(sizeClass == 0 || sizes.size(sizeClass - 1) < bytes);
            assertEquals(0, sizes.size(sizeClass) % SizeClasses.STEP_BYTES);
        }
    }

    @Test
    void aFifthAtMostGoesUnusedAbove256Bytes() {
        SizeClasses sizes = new SizeClasses(4096);
        for (int bytes = 257; bytes <= 4096; bytes++) {
            assertTrue(sizes.size(sizes.of(bytes)) - bytes < sizes.size(sizes.of(bytes)) / 5.0, bytes + " bytes");
        }
    }

    @Test
    void largeSizesAreRoundedToAQuarterOfAPowerOfTwo() {
        assertEquals(4096, SizeClasses.roundToUnits(1, 4096));
        assertEquals(4096, SizeClasses.roundToUnits(4096, 4096));
        assertEquals(8192, SizeClasses.roundToUnits(4097, 4096));
        assertEquals(5 << 20, SizeClasses.roundToUnits((4 << 20) + 1, 4096));
        assertEquals(8 << 20, SizeClasses.roundToUnits(8 << 20, 4096));
    }
}
