package dev.psyne.vlm.internal.vision;

import dev.psyne.vlm.internal.checkpoint.JsonFields;

/**
 * The sizes of a SigLIP image tower (Zhai et al., 2023).
 *
 * @param layers of the tower
 * @param width of the stream
 * @param heads of attention
 * @param mlp width of the perceptron
 * @param imageSize edge of a tile in pixels
 * @param patch edge of a patch in pixels
 * @param epsilon of the normalisations
 */
public record SiglipConfiguration(int layers, int width, int heads, int mlp, int imageSize, int patch, float epsilon) {
    private static final int MAX_LAYERS = 256;
    private static final int MAX_WIDTH = 1 << 15;
    private static final int MAX_EDGE = 1 << 12;

    /** Patches along an edge. */
    public int side() {
        return imageSize / patch;
    }

    /** Patches of a tile. */
    public int patches() {
        return side() * side();
    }

    /** Floats of a head. */
    public int headWidth() {
        return width / heads;
    }

    /** Reads the keys of Hugging Face's configurations; what is missing has the value SigLIP was published with. */
    public static SiglipConfiguration parse(JsonFields fields) {
        int width = integer(fields, "hidden_size", 1, MAX_WIDTH, 1152);
        int heads = integer(fields, "num_attention_heads", 1, MAX_WIDTH, 16);
        if (width % heads != 0) {
            throw fields.refuse("num_attention_heads", Integer.toString(heads), "a divisor of " + width);
        }
        if (fields.has("hidden_act")) {
            String activation = fields.text("hidden_act");
            if (!activation.equals("gelu_pytorch_tanh")) {
                throw fields.refuse("hidden_act", activation, "gelu_pytorch_tanh");
            }
        }
        int patch = integer(fields, "patch_size", 1, MAX_EDGE, 32);
        int imageSize = integer(fields, "image_size", patch, MAX_EDGE, 224);
        if (imageSize % patch != 0) {
            throw fields.refuse("image_size", Integer.toString(imageSize), "a multiple of the patch of " + patch);
        }
        return new SiglipConfiguration(
                integer(fields, "num_hidden_layers", 1, MAX_LAYERS, 12),
                width,
                heads,
                integer(fields, "intermediate_size", 1, MAX_WIDTH, 3072),
                imageSize,
                patch,
                (float) (fields.has("layer_norm_eps") ? fields.number("layer_norm_eps", 0, 1) : 1e-6));
    }

    private static int integer(JsonFields fields, String key, int minimum, int maximum, int otherwise) {
        return fields.has(key) ? fields.integer(key, minimum, maximum) : otherwise;
    }
}
