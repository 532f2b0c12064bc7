package dev.psyne.vlm.internal.vision;

import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.util.Arrays;
import java.util.List;

/**
 * The sizes of FastVLM's image tower (Vasu et al., 2024): FastViT of five stages, the first three of convolutions, the last
 * two of attention.
 *
 * @param widths channels of each stage
 * @param layers blocks of each stage
 */
public record FastVitConfiguration(List<Integer> widths, List<Integer> layers) {
    /** Stages of the tower. */
    public static final int STAGES = 5;

    /** The first stage whose blocks are attention. */
    static final int FIRST_ATTENTION = 3;

    /** Channels of a head of attention. */
    static final int HEAD_WIDTH = 32;

    /** Channels after the last convolution for each before it. */
    static final int FINAL_RATIO = 2;

    /** Hidden channels of a perceptron for each of a stage. */
    static final int MLP_RATIO = 4;

    /** Pixels of a picture for one of the last stage's, along an edge. */
    public static final int REDUCTION = 4 << (STAGES - 1);

    private static final String ARCHITECTURE = "fastvit_mci3";
    private static final int[] PUBLISHED_WIDTHS = {96, 192, 384, 768, 1536};
    private static final int[] PUBLISHED_LAYERS = {2, 12, 24, 4, 2};
    private static final int MAX_WIDTH = 1 << 14;
    private static final int MAX_LAYERS = 256;

    /** Checks that stages follow from each other. */
    public FastVitConfiguration {
        widths = List.copyOf(widths);
        layers = List.copyOf(layers);
        if (widths.size() != STAGES || layers.size() != STAGES) {
            throw new IllegalArgumentException("stages of " + widths + " channels and " + layers + " blocks");
        }
    }

    /** Channels of the features. */
    public int features() {
        return FINAL_RATIO * widths.getLast();
    }

    /** Reads the keys of Hugging Face's configurations; what is missing has the value FastVLM was published with. */
    public static FastVitConfiguration parse(JsonFields fields) {
        String architecture = fields.text("architecture");
        if (!architecture.equals(ARCHITECTURE)) {
            throw fields.refuse("architecture", architecture, ARCHITECTURE);
        }
        int[] widths = PUBLISHED_WIDTHS;
        int[] layers = PUBLISHED_LAYERS;
        if (fields.has("model_args")) {
            JsonFields arguments = fields.child("model_args");
            if (arguments.has("embed_dims")) {
                widths = arguments.integers("embed_dims", STAGES, STAGES, 1, MAX_WIDTH);
            }
            if (arguments.has("layers")) {
                layers = arguments.integers("layers", STAGES, STAGES, 0, MAX_LAYERS);
            }
            for (int stage = 1; stage < STAGES; stage++) {
                if (widths[stage] % widths[stage - 1] != 0 || widths[stage] % widths[0] != 0) {
                    throw arguments.refuse("embed_dims", Arrays.toString(widths), "each a multiple of the one before");
                }
            }
            for (int stage = FIRST_ATTENTION; stage < STAGES; stage++) {
                if (widths[stage] % HEAD_WIDTH != 0) {
                    throw arguments.refuse(
                            "embed_dims",
                            Arrays.toString(widths),
                            "multiples of " + HEAD_WIDTH + " from stage " + FIRST_ATTENTION + " on");
                }
            }
        }
        return new FastVitConfiguration(
                Arrays.stream(widths).boxed().toList(),
                Arrays.stream(layers).boxed().toList());
    }
}
