package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.ByteBudget;
import dev.psyne.memory.Region;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadMemoryTest {
    private final PayloadMemory memory = new PayloadMemory(new ByteBudget(1 << 30));

    @Test
    void aSizeIsAtMostAQuarterMoreThanWanted() {
        for (long wanted = 16 << 10; wanted <= PayloadMemory.MAX_KEPT_BYTES; wanted += 997) {
            long bytes = PayloadMemory.sizeFor(wanted);
            assertTrue(
                    bytes >= wanted && bytes <= Math.max(wanted + (8 << 10), wanted + wanted / 4),
                    wanted + ": " + bytes);
            assertEquals(bytes, PayloadMemory.sizeFor(bytes));
        }
        assertEquals(5_000_001, PayloadMemory.sizeFor(5_000_001));
    }

    @Test
    void whatWasGivenBackIsTakenAgain() {
        Region first = memory.take(100_000);
        memory.give(first);
        assertSame(first, memory.take(100_100));
        assertNotSame(first, memory.take(100_000));
        first.close();
    }

    @Test
    void itKeepsSoMuchAndNoMore() {
        List<Region> taken = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            taken.add(memory.take(PayloadMemory.MAX_KEPT_BYTES));
        }
        taken.forEach(memory::give);
        assertEquals(4, taken.stream().filter(Region::isOpen).count());
        Region large = memory.take(PayloadMemory.MAX_KEPT_BYTES + 1);
        memory.give(large);
        assertFalse(large.isOpen());
    }

    @Test
    void nothingIsKeptAfterTheEnd() {
        Region kept = memory.take(100_000);
        Region out = memory.take(100_000);
        memory.give(kept);
        memory.close();
        assertFalse(kept.isOpen());
        assertTrue(out.isOpen());
        memory.give(out);
        assertFalse(out.isOpen());
    }
}
