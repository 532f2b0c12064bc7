package dev.psyne.channel;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of a {@link TensorMessage}, little endian:
 *
 * <pre>
 *  0       4         6      7      8            12     16              24           24 + 8r       24 + 16r    payload at
 * +-------+---------+------+------+------------+------+---------------+------------+-------------+-----------+---------
 * | magic | version | type | rank | payload at | 0    | payload bytes | dimensions | strides     | undefined | payload
 * | PTEN  | 1       |      | r    | from here  |      |               | 8 each     | 8 each      | 0 to 56   |
 * +-------+---------+------+------+------------+------+---------------+------------+-------------+-----------+---------
 * </pre>
 *
 * Types: 1 F32, 2 I8, 3 U8, 4 I16, 5 I32, 6 I64, 7 F16, 8 BF16, 9 F64, 10 BOOL. Dimensions are outermost first, strides in elements. A message may be longer than its payload.
 */
final class TensorLayout {
    static final int MAX_RANK = 8;

    private static final String FORMAT = "tensor message";

    /** "PTEN" read as a little-endian integer. */
    private static final int MAGIC = 0x4E45_5450;

    private static final short VERSION = 1;
    private static final long VERSION_AT = 4;
    private static final long TYPE_AT = 6;
    private static final long RANK_AT = 7;
    private static final long PAYLOAD_PLACE_AT = 8;
    private static final long ZERO_AT = 12;
    private static final long PAYLOAD_BYTES_AT = 16;
    private static final long DIMENSIONS_AT = 24;
    private static final int MESSAGE_ALIGNMENT = 8;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private TensorLayout() {}

    private static long headerBytes(int rank) {
        return DIMENSIONS_AT + 2L * rank * Long.BYTES;
    }

    static long mostHeaderBytes(int rank) {
        return headerBytes(rank) + Tensor.ALIGNMENT_BYTES - MESSAGE_ALIGNMENT;
    }

    /** How far the elements reach, checked. */
    static long payloadBytes(ElementType type, Shape shape, long[] strides) {
        if (shape.rank() > MAX_RANK) {
            throw new IllegalArgumentException(
                    "the rank of " + shape + " is " + shape.rank() + "; a tensor message has up to " + MAX_RANK);
        }
        if (strides.length != shape.rank()) {
            throw new IllegalArgumentException(
                    "strides are " + Arrays.toString(strides) + "; " + shape + " needs " + shape.rank() + " of them");
        }
        try {
            return reach(type, shape, strides);
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(
                    "strides are " + Arrays.toString(strides) + "; with " + shape + " they reach too far", overflow);
        }
    }

    /** Throws ArithmeticException if it is more than a long holds. */
    private static long reach(ElementType type, Shape shape, long[] strides) {
        long last = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            if (strides[axis] < 0) {
                throw new IllegalArgumentException(
                        "stride " + axis + " is " + strides[axis] + "; it must be 0 or more");
            }
            if (shape.dimension(axis) == 0) {
                return 0;
            }
            last = Math.addExact(last, Math.multiplyExact(strides[axis], (long) shape.dimension(axis) - 1));
        }
        return Math.multiplyExact(Math.addExact(last, 1), (long) type.bytes());
    }

    static MemorySegment write(MemorySegment target, ElementType type, Shape shape, long[] strides) {
        long bytes = payloadBytes(type, shape, strides);
        int rank = shape.rank();
        long from = target.address() + headerBytes(rank);
        long place = headerBytes(rank) + (-from & (Tensor.ALIGNMENT_BYTES - 1));
        MemorySegment payload = target.asSlice(place, bytes);
        target.set(INT, 0, MAGIC);
        target.set(SHORT, VERSION_AT, VERSION);
        target.set(ValueLayout.JAVA_BYTE, TYPE_AT, (byte) type.code());
        target.set(ValueLayout.JAVA_BYTE, RANK_AT, (byte) rank);
        target.set(INT, PAYLOAD_PLACE_AT, (int) place);
        target.set(INT, ZERO_AT, 0);
        target.set(LONG, PAYLOAD_BYTES_AT, bytes);
        for (int axis = 0; axis < rank; axis++) {
            target.set(LONG, dimensionAt(axis), shape.dimension(axis));
            target.set(LONG, dimensionAt(rank + axis), strides[axis]);
        }
        return payload;
    }

    private static long dimensionAt(int index) {
        return DIMENSIONS_AT + (long) index * Long.BYTES;
    }

    static TensorMessage read(MemorySegment message) {
        long size = message.byteSize();
        check(size >= DIMENSIONS_AT, "the size", size);
        int magic = message.get(INT, 0);
        check(magic == MAGIC, "the magic", magic);
        short version = message.get(SHORT, VERSION_AT);
        check(version == VERSION, "the version", version);
        ElementType type = type(message.get(ValueLayout.JAVA_BYTE, TYPE_AT));
        int rank = message.get(ValueLayout.JAVA_BYTE, RANK_AT);
        check(rank >= 0 && rank <= MAX_RANK, "the rank", rank);
        check(size >= headerBytes(rank), "the size", size);
        long place = message.get(INT, PAYLOAD_PLACE_AT);
        check(place >= headerBytes(rank) && place <= size, "the place of the payload", place);
        int zero = message.get(INT, ZERO_AT);
        check(zero == 0, "the word at " + ZERO_AT, zero);
        long bytes = message.get(LONG, PAYLOAD_BYTES_AT);
        check(bytes >= 0 && bytes <= size - place, "the size of the payload", bytes);
        Shape shape = shape(message, rank);
        long[] strides = strides(message, type, shape, bytes);
        return new TensorMessage(
                type, shape, strides, message.asSlice(place, bytes).asReadOnly());
    }

    private static Shape shape(MemorySegment message, int rank) {
        int[] dimensions = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            long dimension = message.get(LONG, dimensionAt(axis));
            check(dimension >= 0 && dimension <= Integer.MAX_VALUE, "dimension " + axis, dimension);
            dimensions[axis] = (int) dimension;
        }
        try {
            return Shape.of(dimensions);
        } catch (IllegalArgumentException tooMany) {
            throw new MessageFormatException(FORMAT, "the shape", "has " + tooMany.getMessage());
        }
    }

    private static long[] strides(MemorySegment message, ElementType type, Shape shape, long payloadBytes) {
        long[] strides = new long[shape.rank()];
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] = message.get(LONG, dimensionAt(strides.length + axis));
            check(strides[axis] >= 0, "stride " + axis, strides[axis]);
        }
        try {
            if (reach(type, shape, strides) <= payloadBytes) {
                return strides;
            }
        } catch (ArithmeticException overflow) {
            // It reaches too far as well.
        }
        throw new MessageFormatException(
                FORMAT,
                "the strides",
                Arrays.toString(strides) + " of " + type + " " + shape + " reach behind the " + payloadBytes
                        + " bytes of the payload");
    }

    private static void check(boolean holds, String field, long value) {
        if (!holds) {
            throw new MessageFormatException(FORMAT, field, "is " + value);
        }
    }

    private static ElementType type(byte code) {
        try {
            return ElementType.ofCode(code);
        } catch (IllegalArgumentException unknown) {
            throw new MessageFormatException(FORMAT, "the element type", "is " + code);
        }
    }
}
