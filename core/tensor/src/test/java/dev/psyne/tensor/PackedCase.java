package dev.psyne.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/** One way of packing a layer and computing with it, and random layers of it. */
record PackedCase(WeightType type, WeightScales scales, Activations activations) {
    static final List<PackedCase> ALL = List.of(
            new PackedCase(WeightType.F32, WeightScales.NONE, Activations.FLOAT),
            new PackedCase(WeightType.F16, WeightScales.NONE, Activations.FLOAT),
            new PackedCase(WeightType.BF16, WeightScales.NONE, Activations.FLOAT),
            new PackedCase(WeightType.I8, WeightScales.PER_OUTPUT, Activations.FLOAT),
            new PackedCase(WeightType.I8, WeightScales.PER_GROUP, Activations.FLOAT),
            new PackedCase(WeightType.I4, WeightScales.PER_GROUP, Activations.FLOAT),
            new PackedCase(WeightType.I8, WeightScales.PER_OUTPUT, Activations.QUANTIZED),
            new PackedCase(WeightType.I8, WeightScales.PER_GROUP, Activations.QUANTIZED),
            new PackedCase(WeightType.I4, WeightScales.PER_GROUP, Activations.QUANTIZED));

    private static final int LARGEST = 127;

    LinearLayout layout(int outputs, int inputs) {
        return new LinearLayout(type, scales, outputs, inputs);
    }

    /** A layer of random weights whose products with values of -1 to 1 stay near one. */
    Linear random(Arena arena, Random random, int outputs, int inputs, float[] bias) {
        LinearLayout layout = layout(outputs, inputs);
        MemorySegment memory = arena.allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        float range = (float) (2 / Math.sqrt(inputs));
        FloatRows rows = (output, row) -> {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextFloat(-range, range);
            }
        };
        Linear.pack(layout, rows, memory);
        return Linear.of(layout, memory, bias).withActivations(activations);
    }

    /** What a product computes with instead of a row. */
    double[] seen(double[] row) {
        double[] result = row.clone();
        if (activations == Activations.QUANTIZED) {
            int length = scales == WeightScales.PER_GROUP ? LinearLayout.GROUP_INPUTS : row.length;
            for (int first = 0; first < row.length; first += length) {
                round(result, first, Math.min(row.length, first + length));
            }
        }
        return result;
    }

    private static void round(double[] values, int from, int to) {
        float maximum = 0;
        for (int i = from; i < to; i++) {
            maximum = Math.max(maximum, (float) Math.abs(values[i]));
        }
        for (int i = from; i < to && maximum > 0; i++) {
            values[i] = Math.rint((float) values[i] * (LARGEST / maximum)) * (maximum / LARGEST);
        }
    }
}
