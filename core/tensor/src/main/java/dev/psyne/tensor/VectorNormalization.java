package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Normalises one row, also in place. */
final class VectorNormalization {
    private VectorNormalization() {}

    static void rms(float[] input, int source, float[] weight, float epsilon, float[] output, int target) {
        int vectors = Lanes.FLOATS.loopBound(weight.length);
        float squares = squares(input, source, weight.length, 0);
        float factor = (float) (1 / Math.sqrt(squares / weight.length + epsilon));
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector x = Lanes.load(input, source + i).mul(factor);
            x.mul(Lanes.load(weight, i)).intoArray(output, target + i);
        }
        for (int i = vectors; i < weight.length; i++) {
            output[target + i] = input[source + i] * factor * weight[i];
        }
    }

    static void layer(
            float[] input, int source, float[] weight, float[] bias, float epsilon, float[] output, int target) {
        int count = weight.length;
        float mean = sum(input, source, count) / count;
        float variance = squares(input, source, count, mean) / count;
        float factor = (float) (1 / Math.sqrt(variance + epsilon));
        int vectors = Lanes.FLOATS.loopBound(count);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector x = Lanes.load(input, source + i).sub(mean).mul(factor);
            x.fma(Lanes.load(weight, i), Lanes.load(bias, i)).intoArray(output, target + i);
        }
        for (int i = vectors; i < count; i++) {
            output[target + i] = (input[source + i] - mean) * factor * weight[i] + bias[i];
        }
    }

    private static float sum(float[] values, int from, int count) {
        int vectors = Lanes.FLOATS.loopBound(count);
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            sum = sum.add(Lanes.load(values, from + i));
        }
        float result = sum.reduceLanes(VectorOperators.ADD);
        for (int i = vectors; i < count; i++) {
            result += values[from + i];
        }
        return result;
    }

    /** The sum of the squared distances from a value. */
    private static float squares(float[] values, int from, int count, float mean) {
        int vectors = Lanes.FLOATS.loopBound(count);
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector x = Lanes.load(values, from + i).sub(mean);
            sum = x.fma(x, sum);
        }
        float result = sum.reduceLanes(VectorOperators.ADD);
        for (int i = vectors; i < count; i++) {
            float x = values[from + i] - mean;
            result = Math.fma(x, x, result);
        }
        return result;
    }
}
