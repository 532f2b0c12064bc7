package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Products of quantised rows with panels of I8 and I4 weights, the innermost work of a linear layer. One of two variants:
 * {@link MachineProducts} where this machine can run it, {@link ScalarProducts} as the reference. Both give the same
 * floats to the last bit, since each rounds where the other does.
 *
 * <p>Operands are told by address and nothing is checked: the caller owns the memory, keeps it alive during the call and
 * has checked the sizes. Results go to native memory or to an array. Addresses of weights and scales serve best at
 * multiples of 64, and need none. A call
 * allocates nothing, may be made from any thread, and keeps the JVM from a safepoint until it is back: give it strips of
 * rows and panels worth some 100 microseconds at most.
 *
 * <p>Layouts, with K inputs (a multiple of 32) and N outputs filled up to whole panels of {@value #PANEL_OUTPUTS}:
 *
 * <pre>
 *   activations        rows of {@link QuantizedRow}, {@code activationStride} bytes apart
 *   I8 weights         [N/16][K/4][16][4]   signed bytes, -128..127
 *   I4 weights         [N/16][K/8][16][4]   byte j of 4 holds input k+j in its low nibble and k+4+j in its high one,
 *                                           each as value + 8
 *   scales             [N/16][16]           F32, one per output
 *   scales of groups   [N/16][K/32][16]     F32, one per output and 32 inputs
 *   negatives          [N/16][16]           I32, what {@link #sumNegatives} gives
 *   of groups          [N/16][K/32][16]     I32, what {@link #sumNegativesOfGroups} gives
 *   output             rows of F32, {@code outputStride} bytes apart; panel p fills the floats 16 p to 16 p + 15
 * </pre>
 */
interface QuantizedProducts {
    /** Outputs of a panel. */
    int PANEL_OUTPUTS = 16;

    /** What I4 weights are stored above their value. */
    int I4_OFFSET = 8;

    /** The largest magnitude of a quantised activation. */
    int MAX_MAGNITUDE = 127;

    /** The smallest largest magnitude of a group that a scale is taken from, so that no factor overflows. */
    float SMALLEST_MAXIMUM = 0x1p-100f;

    /** What these products are, for a person to read. */
    String description();

    /**
     * Quantises one row with one scale: {@code maximum / 127}, where {@code maximum} is the largest magnitude; values are
     * {@code x * (127 / maximum)} rounded to the nearest, ties to even. A NaN or an infinity makes the scale NaN or
     * infinite, and so every product of the row.
     *
     * @param values {@code inputs} floats
     * @param inputs a multiple of 32; what was filled up is zero
     * @param row where the {@link QuantizedRow#whole} goes
     */
    void quantize(long values, int inputs, long row);

    /**
     * Quantises one row with a scale for every 32 inputs, to a {@link QuantizedRow#grouped}; otherwise as
     * {@link #quantize(long, int, long)}.
     */
    void quantizeGroups(long values, int inputs, long row);

    /**
     * Quantises a row of an array, where it is; otherwise as {@link #quantize(long, int, long)}.
     *
     * @param from index of the first of {@code inputs} values
     */
    void quantize(float[] values, int from, int inputs, long row);

    /** Quantises a row of an array, where it is; otherwise as {@link #quantizeGroups(long, int, long)}. */
    void quantizeGroups(float[] values, int from, int inputs, long row);

    /** Whether products of I8 weights read the sums of their negative ones, which are made once for all products. */
    boolean needsNegatives();

    /** For each output of I8 panels the sum of the magnitudes of its negative weights. */
    void sumNegatives(long weights, int panels, int inputs, long negatives);

    /** The same for every 32 inputs of each output. */
    void sumNegativesOfGroups(long weights, int panels, int inputs, long negatives);

    /**
     * I8 weights with one scale per output, by rows with one scale: {@code float(sum of products) * (scale of the output *
     * scale of the row)}.
     *
     * @param rows how many, 0 or more
     * @param panels how many from {@code weights} on, 0 or more
     * @param negatives of these panels; not read unless {@link #needsNegatives}
     */
    void multiplyI8(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives);

    /**
     * I8 weights with a scale per output and 32 inputs, by rows with a scale per 32 inputs: from zero, group by group,
     * {@code fma(float(sum of products), scale of output and group * scale of row and group, result)}.
     */
    void multiplyI8Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives);

    /** I4 weights with a scale per output and 32 inputs; otherwise as {@link #multiplyI8Groups}. */
    void multiplyI4Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride);
}
