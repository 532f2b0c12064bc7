package dev.psyne.tensor;

/**
 * How the weights of a linear layer with N outputs and K inputs lie in memory, little endian: panels of {@value
 * #PANEL_OUTPUTS} outputs, the last filled up with zero weights, then the scales from the next multiple of {@value
 * #ALIGNMENT_BYTES} on. The same on every machine, so that a file of them can be mapped and used as it is.
 *
 * <pre>
 *   F32, F16, BF16   [N/16][K][16]
 *   I8               [N/16][K/4][16][4]   signed bytes, K filled up to 32s
 *   I4               [N/16][K/8][16][4]   K filled up to 32s; byte j of 4 holds input k+j in its low nibble and
 *                                         k+4+j in its high one, each as value + 8
 *   PER_OUTPUT       [N/16][16]           F32
 *   PER_GROUP        [N/16][K/32][16]     F32
 * </pre>
 *
 * <p>All sizes are computed without overflow: layers beyond {@value #MAX_SIZE} outputs or inputs are refused.
 *
 * @param type what a weight is
 * @param scales {@link WeightScales#PER_OUTPUT} for any type but I4, {@link WeightScales#PER_GROUP} for I8 and I4,
 *     {@link WeightScales#NONE} for floats
 * @param outputs length of the result
 * @param inputs length of the argument
 */
public record LinearLayout(WeightType type, WeightScales scales, int outputs, int inputs) {
    /** Outputs of a panel. */
    public static final int PANEL_OUTPUTS = 16;

    /** Inputs that share a scale. */
    public static final int GROUP_INPUTS = 32;

    /** The most outputs, and the most inputs. */
    public static final int MAX_SIZE = 1 << 28;

    /** What the beginning of a layer is best aligned to in bytes, and its scales are. */
    public static final long ALIGNMENT_BYTES = 64;

    private static final int BYTE_INPUTS = 4;
    private static final int NIBBLE_INPUTS = 8;

    /** Checks the sizes and that the scales suit the type. */
    public LinearLayout {
        if (outputs < 1 || inputs < 1 || outputs > MAX_SIZE || inputs > MAX_SIZE) {
            throw new IllegalArgumentException(
                    outputs + " outputs, " + inputs + " inputs: each must be of 1 to " + MAX_SIZE);
        }
        boolean suits = switch (scales) {
            case NONE -> !type.isQuantized();
            case PER_OUTPUT -> type != WeightType.I4;
            case PER_GROUP -> type.isQuantized();
        };
        if (!suits) {
            throw new IllegalArgumentException(
                    type + " weights with scales " + scales + "; usual are " + type.usualScales());
        }
    }

    /** The layout with the type's usual scales. */
    public static LinearLayout of(WeightType type, int outputs, int inputs) {
        return new LinearLayout(type, type.usualScales(), outputs, inputs);
    }

    /** Panels of {@value #PANEL_OUTPUTS} outputs, the last perhaps not full. */
    public int panels() {
        return (outputs + PANEL_OUTPUTS - 1) / PANEL_OUTPUTS;
    }

    /** Inputs of a panel with those filled up. */
    public int paddedInputs() {
        return type.isQuantized() ? groups() * GROUP_INPUTS : inputs;
    }

    /** Groups of {@value #GROUP_INPUTS} inputs, the last perhaps not full. */
    public int groups() {
        return (inputs + GROUP_INPUTS - 1) / GROUP_INPUTS;
    }

    /** Scales of one output. */
    public int scalesPerOutput() {
        return switch (scales) {
            case NONE -> 0;
            case PER_OUTPUT -> 1;
            case PER_GROUP -> groups();
        };
    }

    /** Bytes of one panel's weights. */
    public long panelBytes() {
        return (long) paddedInputs() * PANEL_OUTPUTS * type.bits() / Byte.SIZE;
    }

    /** Bytes of all weights; they come first. */
    public long weightBytes() {
        return panels() * panelBytes();
    }

    /** Where the scales begin. */
    public long scalesOffset() {
        return (weightBytes() + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /** Bytes of all scales. */
    public long scaleBytes() {
        return (long) panels() * scalesPerOutput() * PANEL_OUTPUTS * Float.BYTES;
    }

    /** Bytes of the layer. */
    public long bytes() {
        return scalesOffset() + scaleBytes();
    }

    /** Bytes from the first weight of a panel to the one with input {@code input} of its first output. */
    long offsetInPanel(int input) {
        return switch (type) {
            case F32 -> (long) input * PANEL_OUTPUTS * Float.BYTES;
            case F16, BF16 -> (long) input * PANEL_OUTPUTS * Short.BYTES;
            case I8 -> (long) input / BYTE_INPUTS * PANEL_OUTPUTS * Integer.BYTES + input % BYTE_INPUTS;
            case I4 -> (long) input / NIBBLE_INPUTS * PANEL_OUTPUTS * Integer.BYTES + input % BYTE_INPUTS;
        };
    }

    /** Bytes from one output of a panel to the next. */
    int outputStride() {
        return switch (type) {
            case F32, I8, I4 -> Integer.BYTES;
            case F16, BF16 -> Short.BYTES;
        };
    }

    /** Byte offset of the weight, for I4 of the byte that holds it. */
    long weightOffset(int output, int input) {
        return output / PANEL_OUTPUTS * panelBytes()
                + offsetInPanel(input)
                + (long) output % PANEL_OUTPUTS * outputStride();
    }

    /** How far up in its byte an I4 weight is. */
    static int nibbleShift(int input) {
        return input & BYTE_INPUTS;
    }

    /** Byte offset of the scale of an output and a group; with one scale for an output the group is 0. */
    long scaleOffset(int output, int group) {
        long row = (long) (output / PANEL_OUTPUTS) * scalesPerOutput() + group;
        return scalesOffset() + (row * PANEL_OUTPUTS + output % PANEL_OUTPUTS) * Float.BYTES;
    }
}
