package dev.psyne.tensor;

/**
 * How one row of quantised activations lies in memory: group after group, each its values as signed bytes, then their
 * scale and their sum. A group is the whole row, or {@value #GROUP_INPUTS} inputs. The scale and the sum lie where a
 * kernel that has walked through the values stands anyway.
 *
 * <pre>
 *   0                values  [group inputs]  I8   -127..127; input = value * scale
 *   group inputs     scale                   F32
 *   + 4              sum of the values       I32
 *   + 8              the next group
 * </pre>
 *
 * @param inputs a multiple of {@value #GROUP_INPUTS}, at most {@value #MAX_INPUTS}; the values of padding are zeros
 * @param groups 1, or {@code inputs / }{@value #GROUP_INPUTS}
 */
record QuantizedRow(int inputs, int groups) {
    /** Inputs that share a scale, where not the whole row does. */
    static final int GROUP_INPUTS = 32;

    /** The most inputs whose products, 128 times 127 each, are summed in an int. */
    static final int MAX_INPUTS = 1 << 17;

    private static final int TAIL_BYTES = Float.BYTES + Integer.BYTES;
    private static final int LINE_BYTES = 64;

    QuantizedRow {
        if (inputs < GROUP_INPUTS || inputs > MAX_INPUTS || inputs % GROUP_INPUTS != 0) {
            throw new IllegalArgumentException(inputs + " inputs in a quantised row; pad them to a multiple of "
                    + GROUP_INPUTS + ", at most " + MAX_INPUTS);
        }
        if (groups != 1 && groups != inputs / GROUP_INPUTS) {
            throw new IllegalArgumentException(
                    groups + " groups in a quantised row of " + inputs + " inputs; use 1 or " + inputs / GROUP_INPUTS);
        }
    }

    /** A row with one scale. */
    static QuantizedRow whole(int inputs) {
        return new QuantizedRow(inputs, 1);
    }

    /** A row with a scale for every {@value #GROUP_INPUTS} inputs. */
    static QuantizedRow grouped(int inputs) {
        return new QuantizedRow(inputs, inputs / GROUP_INPUTS);
    }

    /** Inputs that share a scale. */
    int groupInputs() {
        return inputs / groups;
    }

    /** Byte offset of a value. */
    long valueOffset(int input) {
        return groupOffset(input / groupInputs()) + input % groupInputs();
    }

    /** Byte offset of a group's scale. */
    long scaleOffset(int group) {
        return groupOffset(group) + groupInputs();
    }

    /** Byte offset of a group's sum. */
    long sumOffset(int group) {
        return scaleOffset(group) + Float.BYTES;
    }

    private long groupOffset(int group) {
        return (long) group * (groupInputs() + TAIL_BYTES);
    }

    /**
     * Distance in bytes from one row to the next that serves the cache best: whole lines, an odd number of them, so that
     * rows do not crowd into the same sets.
     */
    long stride() {
        long lines = (groupOffset(groups) + LINE_BYTES - 1) / LINE_BYTES;
        return LINE_BYTES * (lines | 1);
    }
}
