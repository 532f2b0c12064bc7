package dev.psyne.tensor;

/**
 * Activations as rows of floats in one array: row {@code i} is the {@code width} values from {@code offset + i *
 * stride} on. A view, made once with its workspace and used for every call; kernels read or write its first rows.
 *
 * <p>Activations live in arrays, not segments: the compiler then removes the bounds checks of the inner loops, which it
 * does not for segments with several row offsets (half the speed on AVX2).
 */
public final class Rows {
    private final float[] values;
    private final int offset;
    private final int capacity;
    private final int stride;
    private final int width;

    private Rows(float[] values, int offset, int capacity, int stride, int width) {
        this.values = values;
        this.offset = offset;
        this.capacity = capacity;
        this.stride = stride;
        this.width = width;
    }

    /** Zeroed rows, contiguous, in an array of their own. */
    public static Rows allocate(int capacity, int width) {
        if (capacity < 0 || width < 0) {
            throw new IllegalArgumentException(capacity + " rows of " + width);
        }
        return new Rows(new float[Math.multiplyExact(capacity, width)], 0, capacity, width, width);
    }

    /** Contiguous rows over the beginning of an array that is the caller's. */
    public static Rows of(float[] values, int capacity, int width) {
        if (capacity < 0 || width < 0 || (long) capacity * width > values.length) {
            throw new IllegalArgumentException(capacity + " rows of " + width + " in " + values.length + " floats");
        }
        return over(values, capacity, width, width);
    }

    /** Rows over an array of someone's. */
    static Rows over(float[] values, int capacity, int stride, int width) {
        return new Rows(values, 0, capacity, stride, width);
    }

    /** The columns {@code first} to {@code first + count} of these rows, sharing their memory. */
    public Rows columns(int first, int count) {
        if (first < 0 || count < 0 || count > width - first) {
            throw new IndexOutOfBoundsException(count + " columns from " + first + " of " + width);
        }
        return new Rows(values, offset + first, capacity, stride, count);
    }

    /** A view of the rows from one on. */
    public Rows from(int row) {
        if (row < 0 || row > capacity) {
            throw new IndexOutOfBoundsException("row " + row + " of " + capacity);
        }
        return new Rows(values, offset + row * stride, capacity - row, stride, width);
    }

    /** The array behind this and every view of the same memory. */
    public float[] values() {
        return values;
    }

    /** Index in {@link #values()} of the first value of {@code row}. */
    public int index(int row) {
        if (row < 0 || row >= capacity) {
            throw new IndexOutOfBoundsException("row " + row + " of " + capacity);
        }
        return offset + row * stride;
    }

    /** How many rows there are at most. */
    public int capacity() {
        return capacity;
    }

    /** Distance in floats from one row to the next. */
    public int stride() {
        return stride;
    }

    /** Floats in a row. */
    public int width() {
        return width;
    }

    /** Refuses to be used for more rows than there are, or for rows of another width. */
    void require(String what, int rows, int wantedWidth) {
        if (rows < 0 || rows > capacity || width != wantedWidth) {
            throw new IllegalArgumentException(
                    what + ": wanted " + rows + " x " + wantedWidth + ", got " + capacity + " x " + width);
        }
    }
}
