package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A tensor where it lies in a file.
 *
 * @param file the file it lies in
 * @param name its name there
 * @param shape outermost dimension first
 * @param segment its bytes, mapped; they end with the {@link Checkpoint}
 */
public record StoredTensor(Path file, String name, StoredType type, Shape shape, MemorySegment segment) {
    /** Elements looked at between two looks for numbers that are none. */
    private static final int PART_ELEMENTS = 1 << 14;

    public StoredTensor {
        if (segment.byteSize() != type.bytes(shape.elements())) {
            throw new IllegalArgumentException(name + ": " + segment.byteSize() + " bytes for " + type + " " + shape);
        }
    }

    /**
     * Reads {@code count} elements, from element {@code first} on, as floats. Quantised tensors are read in whole blocks:
     * {@code first} and {@code count} are multiples of {@link StoredType#blockElements}. Allocates nothing.
     *
     * @throws ModelException if the type holds no weights, such as {@link StoredType#I64}
     * @throws IllegalArgumentException if the range does not begin and end with a block
     * @throws IndexOutOfBoundsException if the range is not in the tensor, or not in the target
     */
    public void read(long first, int count, float[] target, int offset) {
        requireReadable();
        Objects.checkFromIndexSize(first, (long) count, shape.elements());
        Objects.checkFromIndexSize(offset, count, target.length);
        int block = type.blockElements();
        if (first % block != 0 || count % block != 0) {
            throw new IllegalArgumentException(
                    name + ": elements from " + first + ", " + count + " of them, are no whole blocks of " + block);
        }
        BlockReader.read(type, segment, first / block, count / block, target, offset);
    }

    /**
     * Reads {@code count} elements of a type with one scale for 32 elements ({@link StoredType#hasGroupScales}) as whole
     * numbers and scales: element = value * scale. Allocates nothing.
     *
     * @param first a multiple of 32, as is {@code count}
     * @throws IllegalArgumentException if the type or the range is another
     */
    public void readQuantized(long first, int count, byte[] values, int offset, float[] scales, int scalesOffset) {
        Objects.checkFromIndexSize(first, (long) count, shape.elements());
        Objects.checkFromIndexSize(offset, count, values.length);
        int block = type.blockElements();
        if (!type.hasGroupScales() || first % block != 0 || count % block != 0) {
            throw new IllegalArgumentException(
                    name + ": elements of " + type + " from " + first + ", " + count + " of them; wanted whole blocks");
        }
        QuantizedBlocks.read(type, segment, first / block, count / block, values, offset, scales, scalesOffset);
    }

    /** All elements as floats. */
    public float[] floats() {
        if (shape.elements() > Integer.MAX_VALUE) {
            throw new ModelException(
                    file, name, shape.toString(), "at most " + Integer.MAX_VALUE + " elements at once");
        }
        float[] values = new float[(int) shape.elements()];
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

    /** Refuses a tensor with an element that is infinite or no number. Reads all of it. */
    public StoredTensor requireFinite() {
        requireReadable();
        float[] part = new float[PART_ELEMENTS];
        for (long first = 0; first < shape.elements(); first += part.length) {
            int count = (int) Math.min(part.length, shape.elements() - first);
            read(first, count, part, 0);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(part[i])) {
                    throw new ModelException(file, name, part[i] + " at element " + (first + i), "finite numbers");
                }
            }
        }
        return this;
    }

    private void requireReadable() {
        if (!type.readable()) {
            throw new ModelException(file, name, type.toString(), "weights of " + StoredType.readableNames());
        }
    }
}
