package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    private static final int LENGTHS = 1100;

    @Test
    void theVectorsOfRfc3720() {
        byte[] ascending = new byte[32];
        byte[] descending = new byte[32];
        for (int i = 0; i < 32; i++) {
            ascending[i] = (byte) i;
            descending[i] = (byte) (31 - i);
        }
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xFF);
        assertEquals(0x8A9136AA, crc(new byte[32]));
        assertEquals(0x62A8AB43, crc(ones));
        assertEquals(0x46DD794E, crc(ascending));
        assertEquals(0x113FDB5C, crc(descending));
        assertEquals(0xE3069283, crc("123456789".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(0, crc(new byte[0]));
    }

    @Test
    void everyLengthAgreesWithTheDefinition() {
        byte[] bytes = new byte[LENGTHS];
        new SplittableRandom(1).nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, bytes);
            int state = ~0;
            for (int length = 0; length <= LENGTHS; length++) {
                assertEquals(~state, Crc32c.of(segment.asSlice(0, length)), "length " + length);
                state = length < LENGTHS ? next(state, bytes[length]) : state;
            }
        }
    }

    @Test
    void piecesMakeNoDifference() {
        byte[] bytes = new byte[LENGTHS];
        new SplittableRandom(2).nextBytes(bytes);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        for (long piece : new long[] {1, 7, 64, LENGTHS - 1, LENGTHS, LENGTHS + 1}) {
            assertEquals(Crc32c.of(segment), Crc32c.of(segment, piece), "pieces of " + piece);
        }
    }

    @Test
    void aHeapArrayOfOtherThanBytesIsRefused() {
        assertThrows(UnsupportedOperationException.class, () -> Crc32c.of(MemorySegment.ofArray(new long[2])));
    }

    private static int crc(byte[] bytes) {
        return Crc32c.of(MemorySegment.ofArray(bytes));
    }

    private static int next(int state, byte value) {
        int shifted = state ^ Byte.toUnsignedInt(value);
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ 0x82F63B78 : shifted >>> 1;
        }
        return shifted;
    }
}
