package dev.psyne.bench.vlm;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Random numbers as a GGUF file stores them ({@code ggml-common.h}, {@code block_q8_0} and the others): whole numbers of all
 * values, scales that differ from block to block.
 */
final class RandomBlocks {
    /** Standard deviations of the numbers in a block whose scale is one. */
    private static final double EIGHT_BITS = 256 / Math.sqrt(12);

    private static final double FOUR_BITS = 16 / Math.sqrt(12);
    private static final double FOUR_BITS_SCALED = 258;
    private static final double SIX_BITS_SCALED = 1366;

    /** The smallest number of Q4_K that keeps the mean at zero, in scales. */
    private static final double FOUR_BITS_MEAN = 7.5;

    private final GgufType type;
    private final SplittableRandom random;
    private final double spread;

    /** Numbers with the standard deviation {@code spread}. */
    RandomBlocks(GgufType type, SplittableRandom random, double spread) {
        this.type = type;
        this.random = random;
        this.spread = spread;
    }

    void fill(ByteBuffer data, int count) {
        for (int i = 0; i < count; i += type.blockElements()) {
            switch (type) {
                case F32 -> data.putFloat((float) (random.nextGaussian() * spread));
                case F16 -> data.putShort(Float.floatToFloat16((float) (random.nextGaussian() * spread)));
                case Q8_0 -> scaled(data, EIGHT_BITS, 32);
                case Q4_0 -> scaled(data, FOUR_BITS, 16);
                case Q4_K -> {
                    double scale = scale(FOUR_BITS_SCALED);
                    half(data, scale);
                    half(data, scale * FOUR_BITS_MEAN);
                    bytes(data, 12 + 128);
                }
                case Q6_K -> {
                    bytes(data, 128 + 64 + 16);
                    half(data, scale(SIX_BITS_SCALED));
                }
            }
        }
    }

    private void scaled(ByteBuffer data, double deviation, int count) {
        half(data, scale(deviation));
        bytes(data, count);
    }

    private double scale(double deviation) {
        return spread / deviation * (0.6 + 0.8 * random.nextDouble());
    }

    private static void half(ByteBuffer data, double value) {
        data.putShort(Float.floatToFloat16((float) value));
    }

    private void bytes(ByteBuffer data, int count) {
        for (int i = 0; i < count; i++) {
            data.put((byte) random.nextInt(256));
        }
    }
}
