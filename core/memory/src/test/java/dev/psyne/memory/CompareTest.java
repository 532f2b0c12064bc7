package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 100, 1023, 1024, 1025, 2500})
    void everyByteThatDiffersIsFoundWhereItIs(int size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocate(size + 1).asSlice(1, size);
            MemorySegment right = MemorySegment.ofArray(new byte[size]);
            Random random = new Random(size);
            for (int at = 0; at < size; at++) {
                left.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
            }
            right.copyFrom(left);
            assertEquals(-1, Compare.mismatch(left, right));
            for (int at = 0; at < size; at++) {
                byte was = right.get(ValueLayout.JAVA_BYTE, at);
                right.set(ValueLayout.JAVA_BYTE, at, (byte) (was + 1));
                assertEquals(at, Compare.mismatch(left, right));
                assertEquals(at, Compare.mismatch(right, left));
                right.set(ValueLayout.JAVA_BYTE, at, was);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1024, 2000, 2048})
    void aBeginningDiffersAtItsEnd(int size) {
        MemorySegment whole = MemorySegment.ofArray(new byte[3000]);
        assertEquals(size, Compare.mismatch(whole, whole.asSlice(0, size)));
        assertEquals(size, Compare.mismatch(whole.asSlice(0, size), whole));
    }

    @Test
    void memoryThatWasClosedIsNotRead() {
        Arena arena = Arena.ofConfined();
        MemorySegment closed = arena.allocate(2048);
        arena.close();
        assertThrows(
                IllegalStateException.class, () -> Compare.mismatch(closed, MemorySegment.ofArray(new byte[2048])));
    }
}
