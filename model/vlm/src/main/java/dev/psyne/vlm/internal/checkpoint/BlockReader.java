package dev.psyne.vlm.internal.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Stored blocks as floats, rounded as ggml's reference does ({@code ggml/src/ggml-quants.c}, {@code dequantize_row_*}): each
 * product and each difference once, to single precision.
 *
 * <pre>
 * Q8_0  | d half | 32 x i8                          |
 * Q5_0  | d half | 4 high bits | 16 low nibbles     |  value = d * (q - 16), the upper 16 elements in the high nibbles
 * Q4_0  | d half | 16 nibbles                       |  value = d * (q - 8)
 * Q4_K  | d half | dmin half | 12 scales | 128 nibbles |  value = d * scale * q - dmin * minimum
 * Q6_K  | 128 low nibbles | 64 high bits | 16 scales i8 | d half |  value = d * scale * (q - 32)
 * </pre>
 */
final class BlockReader {
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int HALF = 16;

    private BlockReader() {}

    /** Reads {@code count} blocks, from block {@code first} on. */
    static void read(StoredType type, MemorySegment from, long first, int count, float[] target, int offset) {
        long begin = first * type.blockBytes();
        switch (type) {
            case F64 -> doubles(from, begin, count, target, offset);
            case F32 -> MemorySegment.copy(from, FLOAT, begin, target, offset, count);
            case F16 -> halves(from, begin, count, target, offset);
            case BF16 -> brainHalves(from, begin, count, target, offset);
            default -> {
                for (int block = 0; block < count; block++) {
                    long at = begin + (long) block * type.blockBytes();
                    quantised(type, from, at, target, offset + block * type.blockElements());
                }
            }
        }
    }

    private static void quantised(StoredType type, MemorySegment from, long at, float[] target, int offset) {
        switch (type) {
            case Q8_0 -> q8Zero(from, at, target, offset);
            case Q5_0 -> q5Zero(from, at, target, offset);
            case Q4_0 -> q4Zero(from, at, target, offset);
            case Q4_K -> q4K(from, at, target, offset);
            case Q6_K -> q6K(from, at, target, offset);
            default -> throw new IllegalArgumentException("no weights are stored as " + type);
        }
    }

    private static void doubles(MemorySegment from, long begin, int count, float[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = (float) from.get(DOUBLE, begin + (long) i * Double.BYTES);
        }
    }

    private static void halves(MemorySegment from, long begin, int count, float[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = half(from, begin + (long) i * Short.BYTES);
        }
    }

    private static void brainHalves(MemorySegment from, long begin, int count, float[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = Float.intBitsToFloat(from.get(SHORT, begin + (long) i * Short.BYTES) << Short.SIZE);
        }
    }

    private static void q8Zero(MemorySegment from, long at, float[] target, int offset) {
        float scale = half(from, at);
        for (int j = 0; j < 2 * HALF; j++) {
            target[offset + j] = scale * from.get(ValueLayout.JAVA_BYTE, at + 2 + j);
        }
    }

    private static void q5Zero(MemorySegment from, long at, float[] target, int offset) {
        float scale = half(from, at);
        int high = from.get(INT, at + 2);
        for (int j = 0; j < HALF; j++) {
            int nibbles = unsigned(from, at + 6 + j);
            int lower = nibbles & 15 | (high >>> j & 1) << 4;
            int upper = nibbles >> 4 | (high >>> j + HALF & 1) << 4;
            target[offset + j] = scale * (lower - 16);
            target[offset + HALF + j] = scale * (upper - 16);
        }
    }

    private static void q4Zero(MemorySegment from, long at, float[] target, int offset) {
        float scale = half(from, at);
        for (int j = 0; j < HALF; j++) {
            int nibbles = unsigned(from, at + 2 + j);
            target[offset + j] = scale * ((nibbles & 15) - 8);
            target[offset + HALF + j] = scale * ((nibbles >> 4) - 8);
        }
    }

    private static void q4K(MemorySegment from, long at, float[] target, int offset) {
        float scale = half(from, at);
        float minimum = half(from, at + 2);
        for (int group = 0; group < 8; group++) {
            float groupScale = scale * sixBitScale(from, at + 4, group);
            float groupMinimum = minimum * sixBitMinimum(from, at + 4, group);
            long nibbles = at + 16 + (group >> 1) * 32L;
            int shift = (group & 1) * 4;
            for (int j = 0; j < 32; j++) {
                int value = unsigned(from, nibbles + j) >> shift & 15;
                target[offset + group * 32 + j] = groupScale * value - groupMinimum;
            }
        }
    }

    /** Scale of a group: six bits, for the upper four groups the two high ones in another byte. */
    private static int sixBitScale(MemorySegment from, long scales, int group) {
        if (group < 4) {
            return unsigned(from, scales + group) & 63;
        }
        return unsigned(from, scales + group + 4) & 15 | unsigned(from, scales + group - 4) >> 6 << 4;
    }

    private static int sixBitMinimum(MemorySegment from, long scales, int group) {
        if (group < 4) {
            return unsigned(from, scales + group + 4) & 63;
        }
        return unsigned(from, scales + group + 4) >> 4 | unsigned(from, scales + group) >> 6 << 4;
    }

    private static void q6K(MemorySegment from, long at, float[] target, int offset) {
        float scale = half(from, at + 208);
        for (int group = 0; group < 16; group++) {
            float groupScale = scale * from.get(ValueLayout.JAVA_BYTE, at + 192 + group);
            int half = group >> 3;
            int quarter = group >> 1 & 3;
            for (int j = 0; j < HALF; j++) {
                int column = (group & 1) * HALF + j;
                int low = unsigned(from, at + half * 64 + (quarter & 1) * 32 + column) >> (quarter >> 1) * 4 & 15;
                int high = unsigned(from, at + 128 + half * 32 + column) >> quarter * 2 & 3;
                target[offset + group * HALF + j] = groupScale * ((low | high << 4) - 32);
            }
        }
    }

    private static float half(MemorySegment from, long at) {
        return Float.float16ToFloat(from.get(SHORT, at));
    }

    private static int unsigned(MemorySegment from, long at) {
        return Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, at));
    }
}
