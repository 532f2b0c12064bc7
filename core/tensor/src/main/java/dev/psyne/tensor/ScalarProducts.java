package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The products in plain loops: the reference of the machine code. */
final class ScalarProducts implements QuantizedProducts, FloatProducts {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int NIBBLE = 0xf;

    /** The stored weights: value {@code input} of output {@code output} in the panels that begin at an address. */
    @FunctionalInterface
    private interface Weight {
        int of(long panel, int input, int output);
    }

    @Override
    public String description() {
        return "plain loops";
    }

    @Override
    public void quantize(long values, int inputs, long row) {
        quantize(ALL.asSlice(values), QuantizedRow.whole(inputs), row);
    }

    @Override
    public void quantizeGroups(long values, int inputs, long row) {
        quantize(ALL.asSlice(values), QuantizedRow.grouped(inputs), row);
    }

    @Override
    public void quantize(float[] values, int from, int inputs, long row) {
        quantize(slice(values, from, inputs), QuantizedRow.whole(inputs), row);
    }

    @Override
    public void quantizeGroups(float[] values, int from, int inputs, long row) {
        quantize(slice(values, from, inputs), QuantizedRow.grouped(inputs), row);
    }

    private static MemorySegment slice(float[] values, int from, int inputs) {
        return MemorySegment.ofArray(values).asSlice((long) Float.BYTES * from, (long) Float.BYTES * inputs);
    }

    private static void quantize(MemorySegment values, QuantizedRow layout, long row) {
        int length = layout.groupInputs();
        for (int group = 0; group < layout.groups(); group++) {
            int first = group * length;
            float maximum = maximum(values, first, length);
            float factor = MAX_MAGNITUDE / maximum;
            int sum = 0;
            for (int i = first; i < first + length; i++) {
                byte value = (byte) Math.rint(values.get(FLOAT, 4L * i) * factor);
                ALL.set(ValueLayout.JAVA_BYTE, row + layout.valueOffset(i), value);
                sum += value;
            }
            ALL.set(FLOAT, row + layout.scaleOffset(group), maximum / MAX_MAGNITUDE);
            ALL.set(INT, row + layout.sumOffset(group), sum);
        }
    }

    /** Compared as integers, which puts infinity above all numbers and NaN above infinity. */
    private static float maximum(MemorySegment values, int first, int length) {
        int maximum = Float.floatToRawIntBits(SMALLEST_MAXIMUM);
        for (int i = first; i < first + length; i++) {
            maximum = Math.max(maximum, values.get(INT, 4L * i) & MAGNITUDE);
        }
        return Float.intBitsToFloat(maximum);
    }

    @Override
    public boolean needsNegatives() {
        return false;
    }

    @Override
    public void sumNegatives(long weights, int panels, int inputs, long negatives) {
        sumNegatives(weights, panels, inputs, inputs, negatives);
    }

    @Override
    public void sumNegativesOfGroups(long weights, int panels, int inputs, long negatives) {
        sumNegatives(weights, panels, inputs, QuantizedRow.GROUP_INPUTS, negatives);
    }

    private static void sumNegatives(long weights, int panels, int inputs, int groupInputs, long negatives) {
        long target = negatives;
        for (int first = 0; first < panels * inputs; first += groupInputs) {
            for (int output = 0; output < PANEL_OUTPUTS; output++, target += Integer.BYTES) {
                int sum = 0;
                for (int input = first; input < first + groupInputs; input++) {
                    // Panel follows panel, so inputs beyond the first panel's are those of the next.
                    sum -= Math.min(0, i8(weights, input, output));
                }
                ALL.set(INT, target, sum);
            }
        }
    }

    @Override
    public void multiplyI8(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives) {
        for (int row = 0; row < rows; row++) {
            for (int at = 0; at < panels * PANEL_OUTPUTS; at++) {
                long from = activations + row * activationStride;
                long panel = weights + (long) (at / PANEL_OUTPUTS) * inputs * PANEL_OUTPUTS;
                QuantizedRow layout = QuantizedRow.whole(inputs);
                int sum = dot(layout, from, 0, panel, at % PANEL_OUTPUTS, ScalarProducts::i8);
                float scale = ALL.get(FLOAT, scales + 4L * at) * ALL.get(FLOAT, from + layout.scaleOffset(0));
                output.set(FLOAT, row * outputStride + 4L * at, sum * scale);
            }
        }
    }

    @Override
    public void multiplyI8Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives) {
        for (int row = 0; row < rows; row++) {
            for (int at = 0; at < panels * PANEL_OUTPUTS; at++) {
                int panel = at / PANEL_OUTPUTS;
                float result = groups(
                        activations + row * activationStride,
                        weights + (long) panel * inputs * PANEL_OUTPUTS,
                        scales + 2L * panel * inputs + 4L * (at % PANEL_OUTPUTS),
                        inputs,
                        at % PANEL_OUTPUTS,
                        ScalarProducts::i8);
                output.set(FLOAT, row * outputStride + 4L * at, result);
            }
        }
    }

    @Override
    public void multiplyI4Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride) {
        for (int row = 0; row < rows; row++) {
            for (int at = 0; at < panels * PANEL_OUTPUTS; at++) {
                int panel = at / PANEL_OUTPUTS;
                float result = groups(
                        activations + row * activationStride,
                        weights + (long) panel * inputs * PANEL_OUTPUTS / 2,
                        scales + 2L * panel * inputs + 4L * (at % PANEL_OUTPUTS),
                        inputs,
                        at % PANEL_OUTPUTS,
                        ScalarProducts::i4);
                output.set(FLOAT, row * outputStride + 4L * at, result);
            }
        }
    }

    @Override
    public void multiplyFloats(
            WeightType type,
            int rows,
            MemorySegment input,
            long inputOffset,
            long inputStride,
            MemorySegment weights,
            long weightsOffset,
            long weightsStride,
            int inputs,
            MemorySegment sums,
            long sumsOffset,
            long sumsStride) {
        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < LinearLayout.PANEL_OUTPUTS; output++) {
                long at = sumsOffset + row * sumsStride + 4L * output;
                float sum = sums.get(FLOAT, at);
                for (int i = 0; i < inputs; i++) {
                    float value = input.get(FLOAT, inputOffset + row * inputStride + 4L * i);
                    sum = Math.fma(value, weight(type, weights, weightsOffset + i * weightsStride, output), sum);
                }
                sums.set(FLOAT, at, sum);
            }
        }
    }

    private static float weight(WeightType type, MemorySegment weights, long line, int output) {
        return type == WeightType.BF16
                ? Float.intBitsToFloat(weights.get(SHORT, line + 2L * output) << Short.SIZE)
                : weights.get(FLOAT, line + 4L * output);
    }

    private static float groups(long row, long panel, long scales, int inputs, int output, Weight weight) {
        QuantizedRow layout = QuantizedRow.grouped(inputs);
        float result = 0;
        for (int group = 0; group < layout.groups(); group++) {
            int sum = dot(layout, row, group, panel, output, weight);
            float scale = ALL.get(FLOAT, scales + 4L * PANEL_OUTPUTS * group)
                    * ALL.get(FLOAT, row + layout.scaleOffset(group));
            result = Math.fma((float) sum, scale, result);
        }
        return result;
    }

    private static int dot(QuantizedRow layout, long row, int group, long panel, int output, Weight weight) {
        int sum = 0;
        int first = group * layout.groupInputs();
        for (int input = first; input < first + layout.groupInputs(); input++) {
            sum += ALL.get(ValueLayout.JAVA_BYTE, row + layout.valueOffset(input)) * weight.of(panel, input, output);
        }
        return sum;
    }

    private static int i8(long panel, int input, int output) {
        return ALL.get(ValueLayout.JAVA_BYTE, panel + 4L * (input / 4 * PANEL_OUTPUTS + output) + input % 4);
    }

    private static int i4(long panel, int input, int output) {
        int pair = ALL.get(ValueLayout.JAVA_BYTE, panel + 4L * (input / 8 * PANEL_OUTPUTS + output) + input % 4);
        return (pair >> (input & 4) & NIBBLE) - I4_OFFSET;
    }
}
