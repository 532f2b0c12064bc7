package dev.psyne.tensor;

/**
 * Cosines and sines of rotary position embedding (Su et al., 2021): the first and the second half of a head are the real
 * and imaginary parts of numbers that are turned by {@code position * frequency[i]}, as in the models of Hugging Face; the
 * frequencies are {@code base^(-2i / headWidth)} unless they are stretched. Immutable.
 */
public final class RotaryEmbedding {
    private final int positions;
    private final int half;
    private final float[] cosines;
    private final float[] sines;

    /**
     * The table of the first positions.
     *
     * @param headWidth floats of a head; even
     * @param base the slowest wave is nearly this many positions times 2 pi long
     */
    public RotaryEmbedding(int positions, int headWidth, double base) {
        this(positions, frequencies(headWidth, base), 1);
    }

    /**
     * The table of the first positions.
     *
     * @param frequencies in radians a position, one for each pair of floats of a head
     * @param magnitude what all cosines and sines are multiplied by
     */
    public RotaryEmbedding(int positions, double[] frequencies, double magnitude) {
        if (positions < 1 || frequencies.length < 1 || !(magnitude > 0)) {
            throw new IllegalArgumentException(positions + " positions, " + frequencies.length
                    + " frequencies, magnitude " + magnitude + "; all above 0");
        }
        this.positions = positions;
        this.half = frequencies.length;
        this.cosines = new float[Math.multiplyExact(positions, half)];
        this.sines = new float[cosines.length];
        for (int i = 0; i < half; i++) {
            for (int position = 0; position < positions; position++) {
                cosines[position * half + i] = (float) (magnitude * Math.cos(position * frequencies[i]));
                sines[position * half + i] = (float) (magnitude * Math.sin(position * frequencies[i]));
            }
        }
    }

    /**
     * The frequencies of a head, in radians a position.
     *
     * @param headWidth floats of a head; even
     * @param base the slowest wave is nearly this many positions times 2 pi long
     */
    public static double[] frequencies(int headWidth, double base) {
        if (headWidth < 2 || headWidth % 2 != 0 || !(base > 0)) {
            throw new IllegalArgumentException("heads of " + headWidth + " (even), base " + base + " (above 0)");
        }
        double[] frequencies = new double[headWidth / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(base, -2.0 * i / headWidth);
        }
        return frequencies;
    }

    /** Positions there are. */
    public int positions() {
        return positions;
    }

    /** Floats of a head. */
    public int headWidth() {
        return 2 * half;
    }

    /**
     * Turns {@code count} rows in place, each as many heads as fit.
     *
     * @param position of row {@code first}; the following rows have the following positions
     */
    public void rotate(int first, int count, Rows rows, int position) {
        if (rows.width() % headWidth() != 0 || position < 0 || count > positions - position) {
            throw new IllegalArgumentException("rows of " + rows.width() + " in heads of " + headWidth() + ", " + count
                    + " positions from " + position + " on of " + positions);
        }
        for (int row = 0; row < count; row++) {
            int at = rows.index(first + row);
            for (int head = 0; head < rows.width(); head += headWidth()) {
                rotateHead(rows.values(), at + head, (position + row) * half);
            }
        }
    }

    private void rotateHead(float[] values, int at, int table) {
        for (int i = 0; i < half; i++) {
            float real = values[at + i];
            float imaginary = values[at + half + i];
            float cosine = cosines[table + i];
            float sine = sines[table + i];
            values[at + i] = real * cosine - imaginary * sine;
            values[at + half + i] = imaginary * cosine + real * sine;
        }
    }
}
