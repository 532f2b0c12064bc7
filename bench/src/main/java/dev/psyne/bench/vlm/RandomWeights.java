package dev.psyne.bench.vlm;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Weights of seeded random numbers, small enough that a deep model stays finite. */
final class RandomWeights {
    private static final double SPREAD = 0.04;

    private final SplittableRandom random = new SplittableRandom(7);

    /** The next BF16 numbers. */
    void brain(ByteBuffer target, int count) {
        for (int i = 0; i < count; i++) {
            float value = (float) ((random.nextDouble() - 0.5) * SPREAD);
            target.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
        }
    }
}
