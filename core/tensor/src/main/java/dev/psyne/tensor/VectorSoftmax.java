package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The softmax of one stretch of floats, in place, and the logarithm of its divisor. */
final class VectorSoftmax {
    /** Vectors whose exponentials are summed as floats, before they are added to a double. */
    private static final int SUMMED_VECTORS = 64;

    private VectorSoftmax() {}

    /** The largest value and the logarithm of the sum of all powers of e beside its own. */
    static double logSumExp(float[] values, int from, int count) {
        float largest = largest(values, from, count);
        int vectors = Lanes.FLOATS.loopBound(count);
        double sum = 0;
        for (int first = 0; first < vectors; first += SUMMED_VECTORS * Lanes.COUNT) {
            int last = Math.min(vectors, first + SUMMED_VECTORS * Lanes.COUNT);
            FloatVector part = FloatVector.zero(Lanes.FLOATS);
            for (int i = first; i < last; i += Lanes.COUNT) {
                part = part.add(VectorMath.exp(Lanes.load(values, from + i).sub(largest)));
            }
            sum += part.reduceLanes(VectorOperators.ADD);
        }
        for (int i = vectors; i < count; i++) {
            sum += Math.exp(values[from + i] - largest);
        }
        return largest + Math.log(sum);
    }

    static void softmax(float[] values, int from, int count) {
        float factor = 1 / powers(values, from, count);
        int vectors = Lanes.FLOATS.loopBound(count);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            Lanes.load(values, from + i).mul(factor).intoArray(values, from + i);
        }
        for (int i = vectors; i < count; i++) {
            values[from + i] *= factor;
        }
    }

    /** Takes the values to powers of e, the largest to 1, and gives their sum. */
    static float powers(float[] values, int from, int count) {
        return exponentials(values, from, count, largest(values, from, count));
    }

    private static float largest(float[] values, int from, int count) {
        int vectors = Lanes.FLOATS.loopBound(count);
        FloatVector largest = Lanes.broadcast(Float.NEGATIVE_INFINITY);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            largest = largest.max(Lanes.load(values, from + i));
        }
        float result = largest.reduceLanes(VectorOperators.MAX);
        for (int i = vectors; i < count; i++) {
            result = Math.max(result, values[from + i]);
        }
        return result;
    }

    private static float exponentials(float[] values, int from, int count, float largest) {
        int vectors = Lanes.FLOATS.loopBound(count);
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector exponential =
                    VectorMath.exp(Lanes.load(values, from + i).sub(largest));
            exponential.intoArray(values, from + i);
            sum = sum.add(exponential);
        }
        if (vectors < count) {
            VectorMask<Float> rest = Lanes.FLOATS.indexInRange(vectors, count);
            FloatVector arguments = FloatVector.fromArray(Lanes.FLOATS, values, from + vectors, rest);
            FloatVector exponential = VectorMath.exp(arguments.sub(largest));
            exponential.intoArray(values, from + vectors, rest);
            sum = sum.add(exponential, rest);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
