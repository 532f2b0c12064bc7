package dev.psyne.tensor;

/**
 * Rounds a row of activations to the values that its quantised form stands for, so that products of floats compute what
 * products of whole numbers would.
 */
final class ActivationRounding {
    private static final int LARGEST = 127;

    /** The smallest magnitude that a scale is taken from, so that no factor overflows. */
    private static final float SMALLEST_MAXIMUM = 0x1p-100f;

    private ActivationRounding() {}

    /** Rounds the inputs from an index on, with as many scales as suit the weights. */
    static void round(float[] values, int from, LinearLayout layout) {
        int end = from + layout.inputs();
        int length = layout.scales() == WeightScales.PER_GROUP ? LinearLayout.GROUP_INPUTS : layout.inputs();
        for (int first = from; first < end; first += length) {
            roundGroup(values, first, Math.min(end, first + length));
        }
    }

    private static void roundGroup(float[] values, int from, int to) {
        float maximum = SMALLEST_MAXIMUM;
        for (int i = from; i < to; i++) {
            maximum = Math.max(maximum, Math.abs(values[i]));
        }
        float factor = LARGEST / maximum;
        float scale = maximum / LARGEST;
        for (int i = from; i < to; i++) {
            values[i] = (float) Math.rint(values[i] * factor) * scale;
        }
    }
}
