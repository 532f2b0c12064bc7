package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of a vector, relative error below 1e-6.
 *
 * <p>exp follows Cephes' expf: reduction by multiples of ln 2 split in two parts, a polynomial, and the power of two
 * added to the exponent bits. tanh is the odd rational approximation of degree 13 by 6 that Eigen uses.
 */
final class VectorMath {
    private static final float LARGEST_EXPONENT = 88.0f;
    private static final float SMALLEST_EXPONENT = -87.0f;
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.6933594f;
    private static final float LN2_LOW = -2.1219444e-4f;

    /** Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits. */
    private static final float ROUNDING = 12582912f;

    private static final int MANTISSA_BITS = 23;

    /** Beyond this tanh is one in single precision. */
    private static final float TANH_LIMIT = 7.905311f;

    private static final float TANH_LINEAR = 4.0e-4f;
    private static final float SQRT_2_OVER_PI = 0.7978846f;
    private static final float SQRT_1_2 = 0.70710677f;
    private static final float GELU_CUBIC = 0.044715f;

    private VectorMath() {}

    /** e^x for x of -87 to 88; outside it is that of the nearer end. */
    static FloatVector exp(FloatVector argument) {
        FloatVector x = argument.min(LARGEST_EXPONENT).max(SMALLEST_EXPONENT);
        FloatVector shifted = x.fma(Lanes.broadcast(LOG2_E), Lanes.broadcast(ROUNDING));
        FloatVector power = shifted.sub(ROUNDING);
        FloatVector r = power.fma(Lanes.broadcast(-LN2_HIGH), x);
        r = power.fma(Lanes.broadcast(-LN2_LOW), r);
        FloatVector p = Lanes.broadcast(1.9875691e-4f);
        p = p.fma(r, Lanes.broadcast(0.0013981999f));
        p = p.fma(r, Lanes.broadcast(0.008333452f));
        p = p.fma(r, Lanes.broadcast(0.041665796f));
        p = p.fma(r, Lanes.broadcast(0.16666666f));
        p = p.fma(r, Lanes.broadcast(0.5f));
        FloatVector mantissa = p.fma(r.mul(r), r).add(1f);
        return mantissa.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
                .reinterpretAsFloats();
    }

    static FloatVector tanh(FloatVector argument) {
        FloatVector x = argument.min(TANH_LIMIT).max(-TANH_LIMIT);
        FloatVector square = x.mul(x);
        FloatVector p = Lanes.broadcast(-2.7607684e-16f);
        p = p.fma(square, Lanes.broadcast(2.000188e-13f));
        p = p.fma(square, Lanes.broadcast(-8.604672e-11f));
        p = p.fma(square, Lanes.broadcast(5.1222973e-8f));
        p = p.fma(square, Lanes.broadcast(1.48572235e-5f));
        p = p.fma(square, Lanes.broadcast(6.3726195e-4f));
        p = p.fma(square, Lanes.broadcast(0.0048935246f));
        FloatVector q = Lanes.broadcast(1.1982584e-6f);
        q = q.fma(square, Lanes.broadcast(1.1853471e-4f));
        q = q.fma(square, Lanes.broadcast(0.0022684347f));
        q = q.fma(square, Lanes.broadcast(0.004893525f));
        FloatVector rational = x.mul(p).div(q);
        return rational.blend(argument, argument.abs().lt(TANH_LINEAR));
    }

    /** The tanh form of the Gaussian error linear unit. */
    static FloatVector gelu(FloatVector x) {
        FloatVector cubic = x.mul(x).mul(GELU_CUBIC).fma(x, x);
        return tanh(cubic.mul(SQRT_2_OVER_PI)).add(1f).mul(x.mul(0.5f));
    }

    /** The exact Gaussian error linear unit. */
    static FloatVector geluErf(FloatVector x) {
        return erf(x.mul(SQRT_1_2)).add(1f).mul(x.mul(0.5f));
    }

    /** The exact Gaussian error linear unit of a stretch, in place. */
    static void geluErf(float[] values, int from, int count) {
        int vectors = Lanes.FLOATS.loopBound(count);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            geluErf(Lanes.load(values, from + i)).intoArray(values, from + i);
        }
        for (int i = from + vectors; i < from + count; i++) {
            values[i] = (float) ScalarKernels.geluErf(values[i]);
        }
    }

    /** The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
    private static FloatVector erf(FloatVector argument) {
        FloatVector x = argument.abs();
        FloatVector t = Lanes.broadcast(1f).div(x.fma(Lanes.broadcast(0.3275911f), Lanes.broadcast(1f)));
        FloatVector p = Lanes.broadcast(1.0614054f);
        p = p.fma(t, Lanes.broadcast(-1.4531520f));
        p = p.fma(t, Lanes.broadcast(1.4214137f));
        p = p.fma(t, Lanes.broadcast(-0.28449674f));
        p = p.fma(t, Lanes.broadcast(0.2548296f));
        FloatVector rest = p.mul(t).mul(exp(x.mul(x).neg()));
        FloatVector positive = Lanes.broadcast(1f).sub(rest);
        return positive.blend(positive.neg(), argument.lt(0f));
    }

    /** The gate of a gated linear unit: the first {@code width} values gate the next. */
    static void swiGlu(float[] input, int from, float[] output, int to, int width) {
        int vectors = Lanes.FLOATS.loopBound(width);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector gate = Lanes.load(input, from + i);
            FloatVector up = Lanes.load(input, from + width + i);
            gate.mul(up).div(exp(gate.neg()).add(1f)).intoArray(output, to + i);
        }
        for (int i = vectors; i < width; i++) {
            float gate = input[from + i];
            output[to + i] = (float) (gate * input[from + width + i] / (1 + Math.exp(-gate)));
        }
    }
}
