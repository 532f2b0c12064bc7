package dev.psyne.vlm.internal.language;

import dev.psyne.tensor.KeyValueShape;
import dev.psyne.vlm.internal.checkpoint.JsonFields;

/**
 * The sizes of a decoder in the manner of Llama (Touvron et al., 2023) and Qwen2.
 *
 * @param layers of the decoder
 * @param width of the stream
 * @param heads of queries
 * @param keyValueHeads of keys and values; the heads of queries are a multiple
 * @param headWidth floats of a head
 * @param mlp width of the gated perceptron
 * @param vocabulary rows of the embedding
 * @param maxPositions longest sequence
 * @param ropeBase of the rotary embedding
 * @param ropeScaling how the rotary embedding is stretched
 * @param epsilon of the normalisations
 * @param tied whether the head is the embedding
 */
public record LanguageConfiguration(
        int layers,
        int width,
        int heads,
        int keyValueHeads,
        int headWidth,
        int mlp,
        int vocabulary,
        int maxPositions,
        double ropeBase,
        RotaryScaling ropeScaling,
        float epsilon,
        boolean tied) {
    private static final int MAX_LAYERS = 512;
    private static final int MAX_WIDTH = 1 << 17;
    private static final int MAX_VOCABULARY = 1 << 21;
    private static final double DEFAULT_EPSILON = 1e-6;

    /** The keys and values of a sequence. */
    public KeyValueShape keyValues() {
        return new KeyValueShape(layers, keyValueHeads, headWidth);
    }

    /** Reads the keys Hugging Face's configurations have, of its fourth as of its fifth version. */
    public static LanguageConfiguration parse(JsonFields fields, boolean tied) {
        refuseVariants(fields);
        int width = fields.integer("hidden_size", 1, MAX_WIDTH);
        int heads = fields.integer("num_attention_heads", 1, MAX_WIDTH);
        int keyValueHeads = fields.has("num_key_value_heads") ? fields.integer("num_key_value_heads", 1, heads) : heads;
        if (heads % keyValueHeads != 0) {
            throw fields.refuse("num_key_value_heads", Integer.toString(keyValueHeads), "a divisor of " + heads);
        }
        int headWidth = fields.has("head_dim") ? fields.integer("head_dim", 2, MAX_WIDTH) : width / heads;
        if (headWidth < 2 || headWidth % 2 != 0) {
            throw fields.refuse("head_dim", Integer.toString(headWidth), "an even number of at least 2");
        }
        RotaryFields rotary = RotaryFields.parse(fields);
        return new LanguageConfiguration(
                fields.integer("num_hidden_layers", 1, MAX_LAYERS),
                width,
                heads,
                keyValueHeads,
                headWidth,
                fields.integer("intermediate_size", 1, MAX_WIDTH),
                fields.integer("vocab_size", 1, MAX_VOCABULARY),
                rotary.positions(),
                rotary.base(),
                rotary.scaling(),
                (float) (fields.has("rms_norm_eps") ? fields.number("rms_norm_eps", 0, 1) : DEFAULT_EPSILON),
                fields.flag("tie_word_embeddings", tied));
    }

    /** What would be computed otherwise than said is refused. */
    private static void refuseVariants(JsonFields fields) {
        if (fields.has("hidden_act")) {
            String activation = fields.text("hidden_act");
            if (!activation.equals("silu")) {
                throw fields.refuse("hidden_act", activation, "silu");
            }
        }
        if (fields.flag("use_sliding_window", false)) {
            throw fields.refuse("use_sliding_window", "true", "false: attention over a window is not built");
        }
    }
}
