package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class FillTest {
    private static final int LENGTHS = 300;

    @Test
    void everyByteOfTheSegmentIsSetAndNoOther() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate(LENGTHS + 2, 8);
            for (MemorySegment memory : new MemorySegment[] {all, MemorySegment.ofArray(new byte[LENGTHS + 2])}) {
                for (int length = 0; length <= LENGTHS; length++) {
                    memory.fill((byte) 1);
                    Fill.bytes(memory.asSlice(1, length), (byte) 0xA5);
                    for (int i = 0; i < LENGTHS + 2; i++) {
                        byte expected = (byte) (i >= 1 && i <= length ? 0xA5 : 1);
                        assertEquals(expected, memory.get(ValueLayout.JAVA_BYTE, i));
                    }
                }
            }
        }
    }

    @Test
    void aReadOnlySegmentIsRefused() {
        MemorySegment readOnly = MemorySegment.ofArray(new byte[16]).asReadOnly();
        assertThrows(IllegalArgumentException.class, () -> Fill.bytes(readOnly, (byte) 1));
    }
}
