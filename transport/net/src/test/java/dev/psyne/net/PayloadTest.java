package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.ByteBudget;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private final ByteBudget budget = new ByteBudget(1_000_000);
    private final PayloadMemory memory = new PayloadMemory(budget);

    @Test
    void growsWithoutLosingAByteAndGivesAllBackOnce() {
        byte[] expected = new byte[300_000];
        new Random(1).nextBytes(expected);
        Payload payload = new Payload(memory);
        for (int from = 0; from < expected.length; from += 1_000) {
            assertTrue(payload.reserveGrowing(from + 1_000, expected.length));
            payload.append(Unpooled.wrappedBuffer(expected, from, 1_000));
        }
        assertArrayEquals(expected, payload.segment().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(expected.length, budget.used());
        payload.release();
        payload.release();
        assertEquals(0, budget.used());
    }

    @Test
    void whatTheBudgetDoesNotHoldIsNotTaken() {
        Payload payload = new Payload(memory);
        assertTrue(payload.reserve(600_000));
        assertFalse(payload.reserve(700_000));
        assertEquals(600_000, budget.used());
        payload.release();
        assertEquals(0, budget.used());
    }

    @Test
    void releasedMemoryCannotBeRead() {
        Payload payload = new Payload(memory);
        assertTrue(payload.reserve(Payload.HEAP_BYTES + 1));
        payload.extend(Payload.HEAP_BYTES + 1).fill((byte) 1);
        MemorySegment kept = payload.segment();
        assertThrows(IllegalArgumentException.class, () -> kept.set(ValueLayout.JAVA_BYTE, 0, (byte) 2));
        payload.release();
        assertThrows(IllegalStateException.class, () -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void whatIsReadHereEndsWithTheCall() {
        Payload payload = new Payload(memory);
        assertTrue(payload.reserve(Payload.HEAP_BYTES + 1));
        payload.extend(Payload.HEAP_BYTES + 1).fill((byte) 3);
        MemorySegment[] kept = new MemorySegment[1];
        assertTrue(payload.isReadHere(bytes -> {
            kept[0] = bytes;
            return bytes.isReadOnly()
                    && bytes.byteSize() == Payload.HEAP_BYTES + 1
                    && bytes.get(ValueLayout.JAVA_BYTE, Payload.HEAP_BYTES) == 3;
        }));
        assertThrows(IllegalStateException.class, () -> kept[0].get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(3, payload.segment().get(ValueLayout.JAVA_BYTE, 0));
        payload.release();
        assertEquals(0, budget.used());
    }

    @Test
    void nothingCostsNothing() {
        Payload payload = new Payload(new PayloadMemory(new ByteBudget(0)));
        assertTrue(payload.reserve(0));
        assertEquals(0, payload.segment().byteSize());
        payload.release();
    }
}
