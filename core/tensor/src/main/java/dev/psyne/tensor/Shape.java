package dev.psyne.tensor;

import java.util.Arrays;

/**
 * The dimensions of a tensor, outermost first; the last one is contiguous. Immutable, safe to share between threads.
 *
 * <p>Every dimension is zero or more. The number of elements is computed when the shape is made and never overflows: a
 * shape of more than {@link Long#MAX_VALUE} elements is refused with an {@link IllegalArgumentException}.
 */
public final class Shape {
    private final int[] dimensions;
    private final long elements;

    private Shape(int[] dimensions) {
        this.dimensions = dimensions;
        this.elements = product(dimensions);
    }

    /** The shape of these dimensions; none makes a scalar of one element. */
    public static Shape of(int... dimensions) {
        return new Shape(dimensions.clone());
    }

    private static long product(int[] dimensions) {
        long product = 1;
        for (int dimension : dimensions) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dimensions));
            }
            try {
                product = Math.multiplyExact(product, (long) dimension);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("too many elements in " + Arrays.toString(dimensions), e);
            }
        }
        return product;
    }

    /** Number of dimensions. */
    public int rank() {
        return dimensions.length;
    }

    /** The size along {@code axis}, counted from 0. */
    public int dimension(int axis) {
        if (axis < 0 || axis >= dimensions.length) {
            throw new IllegalArgumentException("axis " + axis + " of " + this);
        }
        return dimensions[axis];
    }

    /** A copy of the dimensions. */
    public int[] dimensions() {
        return dimensions.clone();
    }

    /** Number of elements, 1 for a scalar. */
    public long elements() {
        return elements;
    }

    /** Bytes of a tensor of this shape; an {@link IllegalArgumentException} if they pass {@link Long#MAX_VALUE}. */
    public long bytes(ElementType type) {
        try {
            return Math.multiplyExact(elements, (long) type.bytes());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too many bytes in " + this + " of " + type, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /** For example {@code [64, 192]}. */
    @Override
    public String toString() {
        return Arrays.toString(dimensions);
    }
}
