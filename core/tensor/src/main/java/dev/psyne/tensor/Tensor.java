package dev.psyne.tensor;

import dev.psyne.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A dense, row-major, little-endian view of memory as elements of one type.
 *
 * <p>A tensor owns nothing: whoever made the region, arena or array behind the segment frees it, and an access after
 * that throws {@link IllegalStateException}. Views ({@link #slice}, {@link #reshape}) share the memory. Reading from
 * several threads is safe while none writes; nothing here synchronises. An index outside the tensor throws {@link
 * IndexOutOfBoundsException}, a size that does not fit {@link IllegalArgumentException}.
 */
public final class Tensor {
    /** Alignment in bytes of memory allocated for a tensor: one cache line. */
    public static final long ALIGNMENT_BYTES = 64;

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;
    private final ElementType type;
    private final Shape shape;

    private Tensor(MemorySegment segment, ElementType type, Shape shape) {
        this.segment = segment;
        this.type = type;
        this.shape = shape;
    }

    /** A tensor over the beginning of {@code region}, which must be large enough and stays the caller's. */
    public static Tensor allocate(Region region, ElementType type, Shape shape) {
        return of(region.segment(), type, shape);
    }

    /** A tensor of zeros whose memory lives as long as {@code arena}. */
    public static Tensor allocate(Arena arena, ElementType type, Shape shape) {
        return new Tensor(arena.allocate(shape.bytes(type), ALIGNMENT_BYTES), type, shape);
    }

    /** A tensor over the beginning of {@code segment}. */
    public static Tensor of(MemorySegment segment, ElementType type, Shape shape) {
        long bytes = shape.bytes(type);
        if (bytes > segment.byteSize()) {
            throw new IllegalArgumentException(
                    type + " " + shape + " needs " + bytes + " bytes, the segment has " + segment.byteSize());
        }
        return new Tensor(segment.asSlice(0, bytes), type, shape);
    }

    /** What one element is. */
    public ElementType type() {
        return type;
    }

    /** The dimensions. */
    public Shape shape() {
        return shape;
    }

    /** Exactly the bytes of this tensor. */
    public MemorySegment segment() {
        return segment;
    }

    /** The element at a row-major index; an I8 element as it is stored, without its channel's scale. */
    public float getFloat(long index) {
        checkIndex(index);
        return switch (type) {
            case F32 -> segment.get(FLOAT, index * Float.BYTES);
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, index);
        };
    }

    /** Sets the element at a row-major index; for I8 a whole number of -128 to 127. */
    public void setFloat(long index, float value) {
        checkIndex(index);
        switch (type) {
            case F32 -> segment.set(FLOAT, index * Float.BYTES, value);
            case I8 -> segment.set(ValueLayout.JAVA_BYTE, index, exactByte(value));
        }
    }

    /** Copies all elements of an F32 tensor to {@code target} from {@code offset} on. */
    public void copyTo(float[] target, int offset) {
        requireType(ElementType.F32);
        int count = Math.toIntExact(shape.elements());
        MemorySegment.copy(segment, FLOAT, 0, target, offset, count);
    }

    /** Copies as many floats as this F32 tensor has elements from {@code source}, starting at {@code offset}. */
    public void copyFrom(float[] source, int offset) {
        requireType(ElementType.F32);
        int count = Math.toIntExact(shape.elements());
        MemorySegment.copy(source, offset, segment, FLOAT, 0, count);
    }

    /** The view of {@code count} entries of the outermost dimension from {@code first} on. */
    public Tensor slice(int first, int count) {
        if (shape.rank() == 0) {
            throw new IllegalArgumentException("a scalar has no slices");
        }
        int[] dimensions = shape.dimensions();
        if (first < 0 || count < 0 || count > dimensions[0] - first) {
            throw new IndexOutOfBoundsException("slice of " + count + " from " + first + " of " + shape);
        }
        dimensions[0] = 1;
        long entryBytes = Shape.of(dimensions).bytes(type);
        dimensions[0] = count;
        return new Tensor(segment.asSlice(first * entryBytes, count * entryBytes), type, Shape.of(dimensions));
    }

    /** The same elements under another shape of as many elements. */
    public Tensor reshape(Shape other) {
        if (other.elements() != shape.elements()) {
            throw new IllegalArgumentException("reshape of " + shape + " to " + other);
        }
        return new Tensor(segment, type, other);
    }

    private void requireType(ElementType wanted) {
        if (type != wanted) {
            throw new IllegalArgumentException("wanted " + wanted + ", the tensor is " + this);
        }
    }

    private void checkIndex(long index) {
        if (index < 0 || index >= shape.elements()) {
            throw new IndexOutOfBoundsException("index " + index + " of " + this);
        }
    }

    private static byte exactByte(float value) {
        byte stored = (byte) value;
        if (stored != value) {
            throw new IllegalArgumentException(value + " is no I8 element");
        }
        return stored;
    }

    /** For example {@code F32 [64, 192]}. */
    @Override
    public String toString() {
        return type + " " + shape;
    }
}
