package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes the weights of one layer in their layout, output after output, so that a panel is finished before the next. */
final class WeightPacker {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** What I4 weights are stored above their value. */
    static final int I4_OFFSET = 8;

    private static final int I4_SMALLEST = -8;
    private static final int I4_LARGEST = 7;
    private static final int I8_LARGEST = 127;
    private static final byte I4_ZEROS = (byte) 0x88;
    private static final int BF16_SHIFT = 16;
    private static final int BF16_HALF = 0x7fff;
    private static final int NIBBLE = 0xf;

    private final LinearLayout layout;
    private final MemorySegment target;
    private final byte[] values;
    private final float[] scales;

    private WeightPacker(LinearLayout layout, MemorySegment target) {
        if (target.byteSize() < layout.bytes()) {
            throw new IllegalArgumentException(
                    layout + " needs " + layout.bytes() + " bytes, the segment has " + target.byteSize());
        }
        this.layout = layout;
        this.target = target;
        boolean isQuantized = layout.type().isQuantized();
        this.values = new byte[isQuantized ? layout.inputs() : 0];
        this.scales = new float[isQuantized ? layout.scalesPerOutput() : 0];
    }

    static void pack(LinearLayout layout, FloatRows rows, MemorySegment target) {
        if (!layout.type().isQuantized() && layout.scales() != WeightScales.NONE) {
            throw new IllegalArgumentException(layout + ": floats are packed without scales");
        }
        WeightPacker packer = new WeightPacker(layout, target);
        packer.clear();
        float[] row = new float[layout.inputs()];
        for (int output = 0; output < layout.outputs(); output++) {
            rows.read(output, row);
            packer.requireFinite(output, row);
            if (layout.type().isQuantized()) {
                packer.quantize(row);
                packer.writeQuantized(output);
            } else {
                packer.writeFloats(output, row);
            }
        }
    }

    static void pack(LinearLayout layout, QuantizedRows rows, MemorySegment target) {
        if (!layout.type().isQuantized()) {
            throw new IllegalArgumentException(layout + ": whole numbers are packed as I8 or I4");
        }
        WeightPacker packer = new WeightPacker(layout, target);
        packer.clear();
        for (int output = 0; output < layout.outputs(); output++) {
            rows.read(output, packer.values, packer.scales);
            packer.requireFinite(output, packer.scales);
            packer.writeQuantized(output);
        }
    }

    /**
     * Packs an I8 or F32 tensor as it is stored, with one scale per output.
     *
     * @param stride entries of a row of the tensor
     * @param order which entry of a row each input is
     */
    static void packScaled(
            LinearLayout layout, Tensor weight, int stride, float[] scale, int[] order, MemorySegment target) {
        WeightPacker packer = new WeightPacker(layout, target);
        packer.clear();
        float[] row = new float[order.length];
        for (int output = 0; output < layout.outputs(); output++) {
            long first = (long) output * stride;
            for (int input = 0; input < order.length; input++) {
                row[input] = weight.getFloat(first + order[input]);
            }
            if (layout.type() == WeightType.I8) {
                for (int input = 0; input < order.length; input++) {
                    target.set(ValueLayout.JAVA_BYTE, layout.weightOffset(output, input), (byte) row[input]);
                }
            } else {
                packer.writeFloats(output, row);
            }
            target.set(Tensor.FLOAT, layout.scaleOffset(output, 0), scale[output]);
        }
    }

    private void clear() {
        byte zeros = layout.type() == WeightType.I4 ? I4_ZEROS : 0;
        target.asSlice(0, layout.weightBytes()).fill(zeros);
        target.asSlice(layout.weightBytes(), layout.bytes() - layout.weightBytes())
                .fill((byte) 0);
    }

    private void requireFinite(int output, float[] row) {
        for (int i = 0; i < row.length; i++) {
            if (!Float.isFinite(row[i])) {
                throw new IllegalArgumentException(
                        row[i] + " at " + i + " of output " + output + "; wanted finite numbers");
            }
        }
    }

    private void writeFloats(int output, float[] row) {
        for (int input = 0; input < row.length; input++) {
            long at = layout.weightOffset(output, input);
            switch (layout.type()) {
                case F32 -> target.set(Tensor.FLOAT, at, row[input]);
                case F16 -> target.set(SHORT, at, half(output, input, row[input]));
                default -> target.set(SHORT, at, brain(row[input]));
            }
        }
    }

    private static short half(int output, int input, float value) {
        short half = Float.floatToFloat16(value);
        if (!Float.isFinite(Float.float16ToFloat(half))) {
            throw new IllegalArgumentException(
                    value + " at " + input + " of output " + output + " is beyond F16; pack as BF16 or F32");
        }
        return half;
    }

    /** The nearest, ties to even. */
    private static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + BF16_HALF + (bits >>> BF16_SHIFT & 1) >>> BF16_SHIFT);
    }

    static float ofBrain(short stored) {
        return Float.intBitsToFloat(stored << BF16_SHIFT);
    }

    private void quantize(float[] row) {
        int length = layout.scales() == WeightScales.PER_GROUP ? LinearLayout.GROUP_INPUTS : row.length;
        for (int group = 0; group < scales.length; group++) {
            int first = group * length;
            int end = Math.min(row.length, first + length);
            float extreme = extreme(row, first, end);
            float scale = layout.type() == WeightType.I8 ? Math.abs(extreme) / I8_LARGEST : extreme / I4_SMALLEST;
            scales[group] = scale;
            for (int i = first; i < end; i++) {
                values[i] = (byte) limited(scale == 0 ? 0 : Math.rint(row[i] / (double) scale));
            }
        }
    }

    private double limited(double value) {
        return layout.type() == WeightType.I8
                ? Math.clamp(value, -I8_LARGEST, I8_LARGEST)
                : Math.clamp(value, I4_SMALLEST, I4_LARGEST);
    }

    /** The value of the largest magnitude, with its sign. */
    private static float extreme(float[] row, int first, int end) {
        float extreme = 0;
        for (int i = first; i < end; i++) {
            if (Math.abs(row[i]) > Math.abs(extreme)) {
                extreme = row[i];
            }
        }
        return extreme;
    }

    private void writeQuantized(int output) {
        for (int input = 0; input < values.length; input++) {
            long at = layout.weightOffset(output, input);
            if (layout.type() == WeightType.I8) {
                target.set(ValueLayout.JAVA_BYTE, at, values[input]);
            } else {
                writeNibble(output, input, at);
            }
        }
        for (int group = 0; group < scales.length; group++) {
            target.set(Tensor.FLOAT, layout.scaleOffset(output, group), scales[group]);
        }
    }

    private void writeNibble(int output, int input, long at) {
        if (values[input] < I4_SMALLEST || values[input] > I4_LARGEST) {
            throw new IllegalArgumentException(values[input] + " at " + input + " of output " + output
                    + "; an I4 weight is of " + I4_SMALLEST + " to " + I4_LARGEST);
        }
        int shift = LinearLayout.nibbleShift(input);
        int others = target.get(ValueLayout.JAVA_BYTE, at) & ~(NIBBLE << shift);
        target.set(ValueLayout.JAVA_BYTE, at, (byte) (others | values[input] + I4_OFFSET << shift));
    }
}
