package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A tensor where it lies in a file.
 *
 * @param file the file it lies in
 * @param name its name there
 * @param shape outermost dimension first
 * @param segment its bytes, mapped
 */
public record StoredTensor(Path file, String name, StoredType type, Shape shape, MemorySegment segment) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Reads {@code count} elements, from element {@code first} on, as floats. */
    public void read(long first, int count, float[] target, int offset) {
        switch (type) {
            case F32 -> MemorySegment.copy(segment, FLOAT, first * Float.BYTES, target, offset, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[offset + i] = Float.float16ToFloat(segment.get(SHORT, (first + i) * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[offset + i] = Float.intBitsToFloat(segment.get(SHORT, (first + i) * Short.BYTES) << 16);
                }
            }
            case I8, I64 -> throw new ModelException(file, name, type.toString(), "a floating point type");
        }
    }

    /** All elements as floats. */
    public float[] floats() {
        float[] values = new float[Math.toIntExact(shape.elements())];
        read(0, values.length, values, 0);
        return values;
    }

    /** Refuses another shape. */
    public StoredTensor require(int... dimensions) {
        Shape wanted = Shape.of(dimensions);
        if (!shape.equals(wanted)) {
            throw new ModelException(file, name, shape.toString(), wanted.toString());
        }
        return this;
    }
}
