package dev.psyne.hypha;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An array as numpy has it: little-endian elements in C order. Python's clients give and take it as {@code ndarray}.
 *
 * @param type numpy's name of the element type: {@code float32}, {@code uint8}, {@code int64} and so on; others pass
 *     through unread
 * @param shape elements per dimension, outermost first; empty for a scalar
 * @param data the elements; not copied, and not to be changed any more
 */
public record NumpyArray(String type, List<Long> shape, MemorySegment data) {
    /** The most dimensions, as numpy's. */
    public static final int MAX_DIMENSIONS = 64;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Map<String, Integer> ELEMENT_BYTES = Map.ofEntries(
            Map.entry("bool", 1),
            Map.entry("int8", 1),
            Map.entry("uint8", 1),
            Map.entry("int16", 2),
            Map.entry("uint16", 2),
            Map.entry("float16", 2),
            Map.entry("int32", 4),
            Map.entry("uint32", 4),
            Map.entry("float32", 4),
            Map.entry("int64", 8),
            Map.entry("uint64", 8),
            Map.entry("float64", 8),
            Map.entry("complex64", 8),
            Map.entry("complex128", 16));

    /** Refuses a shape that the bytes do not have. */
    public NumpyArray {
        shape = List.copyOf(shape);
        if (shape.size() > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "an array has up to " + MAX_DIMENSIONS + " dimensions, not " + shape.size());
        }
        long elements = elements(shape);
        Integer bytes = ELEMENT_BYTES.get(type);
        if (bytes != null && data.byteSize() != Math.multiplyExact(elements, (long) bytes)) {
            throw new IllegalArgumentException("an array of " + type + " with the shape " + shape + " has "
                    + elements * bytes + " bytes, not " + data.byteSize());
        }
    }

    /** An array of {@code float32}; the elements are copied. */
    public static NumpyArray of(float[] elements, long... shape) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(elements.length, Float.BYTES)]);
        MemorySegment.copy(elements, 0, data, FLOAT, 0, elements.length);
        return new NumpyArray("float32", boxed(shape, elements.length), data);
    }

    /** An array of {@code float64}; the elements are copied. */
    public static NumpyArray of(double[] elements, long... shape) {
        MemorySegment data = MemorySegment.ofArray(new byte[Math.multiplyExact(elements.length, Double.BYTES)]);
        MemorySegment.copy(elements, 0, data, DOUBLE, 0, elements.length);
        return new NumpyArray("float64", boxed(shape, elements.length), data);
    }

    /** An array of {@code uint8}; the elements are not copied. */
    public static NumpyArray of(byte[] elements, long... shape) {
        return new NumpyArray("uint8", boxed(shape, elements.length), MemorySegment.ofArray(elements));
    }

    /** How many elements there are. */
    public long elements() {
        return elements(shape);
    }

    /**
     * The elements of an array of {@code float32} or {@code float64}, copied.
     *
     * @throws IllegalStateException if it is of another type
     */
    public double[] toDoubles() {
        return switch (type) {
            case "float64" -> data.toArray(DOUBLE);
            case "float32" -> {
                double[] elements = new double[Math.toIntExact(elements())];
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = data.getAtIndex(FLOAT, i);
                }
                yield elements;
            }
            default ->
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "the elements are %s, neither float32 nor float64", type));
        };
    }

    private static List<Long> boxed(long[] shape, int elements) {
        if (shape.length == 0) {
            return List.of((long) elements);
        }
        return java.util.Arrays.stream(shape).boxed().toList();
    }

    private static long elements(List<Long> shape) {
        long elements = 1;
        for (long size : shape) {
            if (size < 0 || Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
                throw new IllegalArgumentException("an array cannot have the shape " + shape);
            }
            elements *= size;
        }
        return elements;
    }
}
