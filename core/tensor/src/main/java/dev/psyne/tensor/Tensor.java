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

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_U8 = 255;
    private static final int QUIET_BRAIN_NAN = 0x40;
    private static final int JUST_BELOW_HALF = 0x7fff;

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

    /**
     * The element at a row-major index; an I8 element as it is stored, without its channel's scale.
     *
     * @throws IllegalArgumentException if the type is one of I32, I64, F64 and BOOL, which a float does not hold: read
     *     those from {@link #segment}
     */
    public float getFloat(long index) {
        checkIndex(index);
        long at = index * type.bytes();
        return switch (type) {
            case F32 -> segment.get(FLOAT, at);
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, at);
            case U8 -> segment.get(ValueLayout.JAVA_BYTE, at) & MAX_U8;
            case I16 -> segment.get(SHORT, at);
            case F16 -> Float.float16ToFloat(segment.get(SHORT, at));
            case BF16 -> Float.intBitsToFloat(segment.get(SHORT, at) << Short.SIZE);
            case I32, I64, F64, BOOL -> throw noFloats();
        };
    }

    /**
     * Sets the element at a row-major index. The types of whole numbers take those that they hold, and nothing else; F16
     * and BF16 round to the nearest, halves to the even one.
     *
     * @throws IllegalArgumentException if the type does not hold the value, or is one of those that {@link #getFloat}
     *     refuses
     */
    public void setFloat(long index, float value) {
        checkIndex(index);
        long at = index * type.bytes();
        switch (type) {
            case F32 -> segment.set(FLOAT, at, value);
            case I8 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case U8 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) whole(value, 0, MAX_U8));
            case I16 -> segment.set(SHORT, at, (short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case F16 -> segment.set(SHORT, at, Float.floatToFloat16(value));
            case BF16 -> segment.set(SHORT, at, toBrainFloat(value));
            case I32, I64, F64, BOOL -> throw noFloats();
        }
    }

    /** Copies all elements of an F32 tensor to {@code target} from {@code offset} on. */
    public void copyTo(float[] target, int offset) {
        requireType(ElementType.F32);
        int count = Math.toIntExact(shape.elements());
        MemorySegment.copy(segment, FLOAT, 0, target, offset, count);
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

    private int whole(float value, int least, int most) {
        int stored = (int) value;
        if (stored != value || stored < least || stored > most) {
            throw new IllegalArgumentException(value + " is no " + type + " element");
        }
        return stored;
    }

    private static short toBrainFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> Short.SIZE | QUIET_BRAIN_NAN);
        }
        int even = bits >>> Short.SIZE & 1;
        return (short) (bits + JUST_BELOW_HALF + even >>> Short.SIZE);
    }

    private IllegalArgumentException noFloats() {
        return new IllegalArgumentException(this + " has no elements that a float holds; use its segment");
    }

    /** For example {@code F32 [64, 192]}. */
    @Override
    public String toString() {
        return type + " " + shape;
    }
}
