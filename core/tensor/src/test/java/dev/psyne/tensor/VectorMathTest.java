package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
    private static final double BOUND = 1e-6;
    private static final int SAMPLES = 20_000;

    @Test
    void expIsAccurateOverItsRange() {
        double error = largestRelativeError(VectorMath::exp, Math::exp, -87, 88);
        assertTrue(error < BOUND, "relative error " + error);
    }

    @Test
    void expOfAVeryNegativeArgumentVanishes() {
        FloatVector result = VectorMath.exp(Lanes.broadcast(-1e30f));
        assertTrue(result.lane(0) >= 0 && result.lane(0) < 1e-37f, "exp " + result.lane(0));
        assertEquals(1, VectorMath.exp(Lanes.broadcast(0)).lane(0));
    }

    @Test
    void tanhIsAccurateNearZeroAndFarOut() {
        double near = largestRelativeError(VectorMath::tanh, Math::tanh, -0.01, 0.01);
        double far = largestRelativeError(VectorMath::tanh, Math::tanh, -12, 12);
        assertTrue(near < BOUND, "relative error " + near);
        assertTrue(far < BOUND, "relative error " + far);
    }

    private static double largestRelativeError(
            UnaryOperator<FloatVector> approximation, DoubleUnaryOperator exact, double from, double to) {
        Random random = new Random(7);
        float[] arguments = new float[Lanes.COUNT];
        double largest = 0;
        for (int sample = 0; sample < SAMPLES; sample += Lanes.COUNT) {
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = (float) (from + (to - from) * random.nextDouble());
            }
            FloatVector result = approximation.apply(Lanes.load(arguments, 0));
            for (int i = 0; i < arguments.length; i++) {
                double wanted = exact.applyAsDouble(arguments[i]);
                largest = Math.max(largest, Math.abs(result.lane(i) - wanted) / Math.abs(wanted));
            }
        }
        return largest;
    }
}
