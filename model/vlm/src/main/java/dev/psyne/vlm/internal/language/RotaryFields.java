package dev.psyne.vlm.internal.language;

import dev.psyne.vlm.internal.checkpoint.JsonFields;

/**
 * Rotary positions as {@code config.json} says them: {@code rope_theta} and {@code rope_scaling} in the fourth version of
 * transformers, {@code rope_parameters} in the fifth.
 *
 * @param base of the frequencies
 * @param positions longest sequence
 */
record RotaryFields(double base, RotaryScaling scaling, int positions) {
    private static final int MAX_POSITIONS = 1 << 24;
    private static final double MAX_BASE = 1e12;
    private static final double DEFAULT_BASE = 10_000;
    private static final double MAX_FACTOR = 1e4;
    private static final double MAX_WEIGHT = 100;
    private static final String BASE = "rope_theta";
    private static final String SCALING = "rope_scaling";
    private static final String PARAMETERS = "rope_parameters";
    private static final String TRAINED = "original_max_position_embeddings";

    static RotaryFields parse(JsonFields fields) {
        int positions = fields.integer("max_position_embeddings", 1, MAX_POSITIONS);
        boolean isFifth = fields.has(PARAMETERS);
        JsonFields based = isFifth && !fields.has(BASE) ? fields.child(PARAMETERS) : fields;
        double base = isFifth || based.has(BASE) ? based.number(BASE, 1, MAX_BASE) : DEFAULT_BASE;
        String key = isFifth ? PARAMETERS : SCALING;
        RotaryScaling scaling = fields.has(key) ? scaling(fields.child(key), positions) : RotaryScaling.NONE;
        return new RotaryFields(base, scaling, longest(scaling, positions));
    }

    /** Published configurations keep the length before YaRN as the longest. */
    private static int longest(RotaryScaling scaling, int positions) {
        return scaling instanceof RotaryScaling.Yarn yarn
                ? (int) Math.clamp(Math.round(yarn.factor() * yarn.positions()), positions, (long) MAX_POSITIONS)
                : positions;
    }

    private static RotaryScaling scaling(JsonFields rope, int positions) {
        String key = rope.has("rope_type") ? "rope_type" : "type";
        String type = rope.has(key) ? rope.text(key) : "default";
        return switch (type) {
            // The dynamic one stretches sequences longer than the longest only, which are refused.
            case "default", "dynamic" -> RotaryScaling.NONE;
            case "linear" -> new RotaryScaling.Linear(factor(rope));
            case "llama3" -> llama3(rope);
            case "yarn" -> yarn(rope, positions);
            default -> throw rope.refuse(key, type, "one of default, linear, dynamic, llama3, yarn");
        };
    }

    private static double factor(JsonFields rope) {
        return rope.number("factor", 1, MAX_FACTOR);
    }

    private static RotaryScaling llama3(JsonFields rope) {
        double low = rope.number("low_freq_factor", 0, MAX_FACTOR);
        double high = rope.number("high_freq_factor", 0, MAX_FACTOR);
        if (high <= low) {
            throw rope.refuse("high_freq_factor", Double.toString(high), "more than low_freq_factor, " + low);
        }
        return new RotaryScaling.Llama3(factor(rope), low, high, rope.integer(TRAINED, 1, MAX_POSITIONS));
    }

    private static RotaryScaling yarn(JsonFields rope, int positions) {
        double factor = factor(rope);
        double whole = weight(rope, "mscale");
        double part = weight(rope, "mscale_all_dim");
        double magnitude = whole > 0 && part > 0
                ? RotaryScaling.Yarn.magnitudeOf(factor, whole) / RotaryScaling.Yarn.magnitudeOf(factor, part)
                : RotaryScaling.Yarn.magnitudeOf(factor, 1);
        return new RotaryScaling.Yarn(
                factor,
                rope.has(TRAINED) ? rope.integer(TRAINED, 1, MAX_POSITIONS) : positions,
                rope.has("beta_fast") ? rope.number("beta_fast", 1e-3, MAX_FACTOR) : RotaryScaling.Yarn.FAST,
                rope.has("beta_slow") ? rope.number("beta_slow", 1e-3, MAX_FACTOR) : RotaryScaling.Yarn.SLOW,
                rope.flag("truncate", true),
                rope.has("attention_factor") ? rope.number("attention_factor", 1e-3, MAX_WEIGHT) : magnitude);
    }

    private static double weight(JsonFields rope, String key) {
        return rope.has(key) ? rope.number(key, 0, MAX_WEIGHT) : 0;
    }
}
