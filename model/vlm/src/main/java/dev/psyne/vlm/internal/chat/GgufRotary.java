package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.language.RotaryScaling;

/**
 * How a GGUF file stretches rotary positions (llama.cpp, {@code llama-model.cpp} and {@code ggml_rope_ext}): by keys, or by a
 * tensor of divisors, as Llama 3.1 has them.
 */
final class GgufRotary {
    private static final String DIVISORS = "rope_freqs.weight";
    private static final String KEYS = "rope.scaling.";
    private static final String OLD_FACTOR = "rope.scale_linear";
    private static final int MAX_POSITIONS = 1 << 24;
    private static final double MAX_FACTOR = 1e4;

    private GgufRotary() {}

    /**
     * The stretching.
     *
     * @param prefix of the architecture's keys
     * @param positions longest sequence
     * @param headWidth floats of a head
     */
    static RotaryScaling scaling(GgufFile file, String prefix, int positions, int headWidth) {
        RotaryScaling scaling = scaling(file.metadata(), prefix, positions);
        if (!file.names().contains(DIVISORS)) {
            return scaling;
        }
        if (!scaling.equals(RotaryScaling.NONE)) {
            throw file.metadata().refuse(prefix + KEYS + "type", "none beside the tensor " + DIVISORS);
        }
        return new RotaryScaling.Divided(divisors(file.tensor(DIVISORS).require(headWidth / 2)));
    }

    private static RotaryScaling scaling(GgufMetadata metadata, String prefix, int positions) {
        String key = prefix + KEYS + "type";
        double factor = factor(metadata, prefix);
        return switch (metadata.text(key, "linear")) {
            case "none" -> RotaryScaling.NONE;
            case "linear" -> factor == 1 ? RotaryScaling.NONE : new RotaryScaling.Linear(factor);
            case "yarn" -> yarn(metadata, prefix + KEYS, factor, positions);
            default -> throw metadata.refuse(key, "one of none, linear, yarn");
        };
    }

    /** Zero is none, as llama.cpp has it. */
    private static double factor(GgufMetadata metadata, String prefix) {
        double old = metadata.number(prefix + OLD_FACTOR, 0, MAX_FACTOR, 0);
        double factor = metadata.number(prefix + KEYS + "factor", 0, MAX_FACTOR, old);
        return factor == 0 ? 1 : factor;
    }

    private static RotaryScaling yarn(GgufMetadata metadata, String prefix, double factor, int positions) {
        if (metadata.number(prefix + "yarn_ext_factor", -1, MAX_FACTOR, 1) != 1) {
            throw metadata.refuse(prefix + "yarn_ext_factor", "1");
        }
        if (metadata.number(prefix + "yarn_log_multiplier", -MAX_FACTOR, MAX_FACTOR, 0) != 0) {
            throw metadata.refuse(prefix + "yarn_log_multiplier", "0: that of DeepSeek is not built");
        }
        double attention = metadata.number(prefix + "attn_factor", 1e-3, MAX_FACTOR, 1);
        return new RotaryScaling.Yarn(
                factor,
                metadata.integer(prefix + "original_context_length", 1, MAX_POSITIONS, positions),
                metadata.number(prefix + "yarn_beta_fast", 1e-3, MAX_FACTOR, RotaryScaling.Yarn.FAST),
                metadata.number(prefix + "yarn_beta_slow", 1e-3, MAX_FACTOR, RotaryScaling.Yarn.SLOW),
                true,
                attention * RotaryScaling.Yarn.magnitudeOf(factor, 1));
    }

    private static double[] divisors(StoredTensor tensor) {
        float[] stored = tensor.floats();
        double[] divisors = new double[stored.length];
        for (int i = 0; i < stored.length; i++) {
            if (!(stored[i] > 0 && stored[i] < Float.POSITIVE_INFINITY)) {
                throw new ModelException(tensor.file(), DIVISORS, stored[i] + " at " + i, "a number above 0");
            }
            divisors[i] = stored[i];
        }
        return divisors;
    }
}
