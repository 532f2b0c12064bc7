package dev.psyne.vlm.internal.language;

import dev.psyne.tensor.RotaryEmbedding;

/**
 * How rotary positions are stretched beyond the length a model was trained with: what its frequencies become, and what
 * cosines and sines are multiplied by (transformers, {@code modeling_rope_utils.py}; llama.cpp, {@code ggml_rope_ext}).
 */
public sealed interface RotaryScaling {
    /** Not at all. */
    RotaryScaling NONE = new None();

    /**
     * The frequencies of a head, in radians a position.
     *
     * @param headWidth floats of a head; even
     * @param base of the frequencies that are not stretched
     */
    double[] frequencies(int headWidth, double base);

    /** What cosines and sines are multiplied by. */
    default double magnitude() {
        return 1;
    }

    /** Frequencies as they are. */
    record None() implements RotaryScaling {
        @Override
        public double[] frequencies(int headWidth, double base) {
            return RotaryEmbedding.frequencies(headWidth, base);
        }
    }

    /** All positions divided by a factor (Chen et al., 2023). */
    record Linear(double factor) implements RotaryScaling {
        @Override
        public double[] frequencies(int headWidth, double base) {
            double[] frequencies = RotaryEmbedding.frequencies(headWidth, base);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= factor;
            }
            return frequencies;
        }
    }

    /** Each frequency divided by a number of its own, as {@code rope_freqs.weight} of GGUF files has them. */
    record Divided(double[] divisors) implements RotaryScaling {
        @Override
        public double[] frequencies(int headWidth, double base) {
            double[] frequencies = RotaryEmbedding.frequencies(headWidth, base);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= divisors[i];
            }
            return frequencies;
        }
    }

    /**
     * Llama 3.1: long waves are stretched by the factor, short ones are not, those between partly.
     *
     * @param low waves longer than {@code positions / low} are stretched
     * @param high waves shorter than {@code positions / high} are not
     * @param positions the model was trained with
     */
    record Llama3(double factor, double low, double high, int positions) implements RotaryScaling {
        @Override
        public double[] frequencies(int headWidth, double base) {
            double[] frequencies = RotaryEmbedding.frequencies(headWidth, base);
            for (int i = 0; i < frequencies.length; i++) {
                double turns = positions * frequencies[i] / (2 * Math.PI);
                double kept = Math.clamp((turns - low) / (high - low), 0.0, 1.0);
                frequencies[i] *= kept + (1 - kept) / factor;
            }
            return frequencies;
        }
    }

    /**
     * YaRN (Peng et al., 2023): as above, but what is kept falls evenly with the number of the frequency.
     *
     * @param positions the model was trained with
     * @param fast waves that turn so often within these are kept
     * @param slow waves that turn so seldom are stretched by the whole factor
     * @param isRounded whether the ramp begins and ends at whole numbers
     */
    record Yarn(double factor, int positions, double fast, double slow, boolean isRounded, double magnitude)
            implements RotaryScaling {
        /** The paper's turns for models of Llama. */
        public static final double FAST = 32;

        /** The paper's turns for models of Llama. */
        public static final double SLOW = 1;

        /** The magnitude the paper proposes for a factor. */
        public static double magnitudeOf(double factor, double weight) {
            return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
        }

        @Override
        public double[] frequencies(int headWidth, double base) {
            double[] frequencies = RotaryEmbedding.frequencies(headWidth, base);
            double first = turning(fast, headWidth, base);
            double last = turning(slow, headWidth, base);
            first = Math.max(0, isRounded ? Math.floor(first) : first);
            last = Math.min(headWidth - 1.0, isRounded ? Math.ceil(last) : last);
            double length = Math.max(last - first, 1e-3);
            for (int i = 0; i < frequencies.length; i++) {
                double stretched = Math.clamp((i - first) / length, 0.0, 1.0);
                frequencies[i] *= 1 - stretched + stretched / factor;
            }
            return frequencies;
        }

        /** The number of the frequency whose wave turns so often. */
        private double turning(double turns, int headWidth, double base) {
            return headWidth * Math.log(positions / (turns * 2 * Math.PI)) / (2 * Math.log(base));
        }
    }
}
