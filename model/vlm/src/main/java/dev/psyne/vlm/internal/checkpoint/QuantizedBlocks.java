package dev.psyne.vlm.internal.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Stored blocks of 32 as the whole numbers and the scale they are: see {@link BlockReader} for how they lie. */
final class QuantizedBlocks {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int BLOCK = 32;
    private static final int HALF = BLOCK / 2;
    private static final int NIBBLE = 0xf;
    private static final int Q4_OFFSET = 8;
    private static final int Q5_OFFSET = 16;
    private static final int SCALE_BYTES = Short.BYTES;

    private QuantizedBlocks() {}

    static void read(
            StoredType type,
            MemorySegment from,
            long first,
            int count,
            byte[] values,
            int offset,
            float[] scales,
            int scalesOffset) {
        for (int block = 0; block < count; block++) {
            long at = (first + block) * type.blockBytes();
            int to = offset + block * BLOCK;
            scales[scalesOffset + block] = Float.float16ToFloat(from.get(SHORT, at));
            switch (type) {
                case Q8_0 -> MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at + SCALE_BYTES, values, to, BLOCK);
                case Q5_0 -> fives(from, at + SCALE_BYTES, values, to);
                case Q4_0 -> fours(from, at + SCALE_BYTES, values, to);
                default -> throw new IllegalArgumentException(type + " has no scales of " + BLOCK + " elements");
            }
        }
    }

    private static void fives(MemorySegment from, long at, byte[] values, int to) {
        int high = from.get(INT, at);
        for (int j = 0; j < HALF; j++) {
            int nibbles = from.get(ValueLayout.JAVA_BYTE, at + Integer.BYTES + j);
            values[to + j] = (byte) ((nibbles & NIBBLE | (high >>> j & 1) << 4) - Q5_OFFSET);
            values[to + HALF + j] = (byte) ((nibbles >> 4 & NIBBLE | (high >>> j + HALF & 1) << 4) - Q5_OFFSET);
        }
    }

    private static void fours(MemorySegment from, long at, byte[] values, int to) {
        for (int j = 0; j < HALF; j++) {
            int nibbles = from.get(ValueLayout.JAVA_BYTE, at + j);
            values[to + j] = (byte) ((nibbles & NIBBLE) - Q4_OFFSET);
            values[to + HALF + j] = (byte) ((nibbles >> 4 & NIBBLE) - Q4_OFFSET);
        }
    }
}
