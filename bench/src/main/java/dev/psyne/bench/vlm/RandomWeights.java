package dev.psyne.bench.vlm;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Weights of seeded random numbers, small enough that a deep model stays finite. */
final class RandomWeights {
    private static final double SPREAD = 0.04;

    /** Elements of a block of Q8_0 and of Q4_0. */
    private static final int BLOCK = 32;

    private final SplittableRandom random = new SplittableRandom(7);

    /** The next BF16 numbers. */
    void brain(ByteBuffer target, int count) {
        for (int i = 0; i < count; i++) {
            float value = (float) ((random.nextDouble() - 0.5) * SPREAD);
            target.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
        }
    }

    /** The next blocks of Q8_0: a scale in half precision, 32 signed bytes. */
    void eightBits(ByteBuffer target, int count) {
        short scale = Float.floatToFloat16((float) (SPREAD / 2 / Byte.MAX_VALUE));
        for (int i = 0; i < count; i += BLOCK) {
            target.putShort(scale);
            for (int word = 0; word < BLOCK / Long.BYTES; word++) {
                target.putLong(random.nextLong());
            }
        }
    }

    /** The next blocks of Q4_0: a scale in half precision, 32 numbers of four bits. */
    void fourBits(ByteBuffer target, int count) {
        short scale = Float.floatToFloat16((float) (SPREAD / 2 / 8));
        for (int i = 0; i < count; i += BLOCK) {
            target.putShort(scale);
            for (int word = 0; word < BLOCK / 2 / Long.BYTES; word++) {
                target.putLong(random.nextLong());
            }
        }
    }
}
