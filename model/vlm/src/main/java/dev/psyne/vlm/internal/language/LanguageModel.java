package dev.psyne.vlm.internal.language;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.RotaryEmbedding;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.WeightLifetime;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder in the manner of Llama and Qwen2: rows of any sequences go through it together, each sees the keys and values
 * of its own. Immutable; each step works in a workspace and caches that the caller gives.
 *
 * <p>Embeddings are read from the checkpoint where they lie. Once the weights' lifetime is over, every call is an
 * IllegalStateException; those in progress end before it is.
 */
public final class LanguageModel {
    private final LanguageConfiguration shape;
    private final Kernels kernels;
    private final WeightLifetime lifetime;
    private final StoredTensor embedding;
    private final List<LanguageLayer> layers = new ArrayList<>();
    private final float[] norm;
    private final Linear head;

    /**
     * Takes the weights.
     *
     * @param prefix of the decoder's tensors
     * @param headName of the tensor that makes logits, without {@code .weight}; unless it is the embedding
     * @param positions longest sequence, at most the model's
     */
    public LanguageModel(
            ModelWeights weights, LanguageConfiguration shape, String prefix, String headName, int positions) {
        this.shape = shape;
        this.kernels = weights.kernels();
        this.lifetime = weights.lifetime();
        double[] frequencies = shape.ropeScaling().frequencies(shape.headWidth(), shape.ropeBase());
        RotaryEmbedding rotary =
                new RotaryEmbedding(positions, frequencies, shape.ropeScaling().magnitude());
        this.embedding = weights.table(prefix + "embed_tokens.weight", shape.vocabulary(), shape.width());
        for (int i = 0; i < shape.layers(); i++) {
            layers.add(new LanguageLayer(weights, prefix + "layers." + i + ".", shape, i, rotary));
        }
        this.norm = weights.vector(prefix + "norm.weight", shape.width());
        boolean tied = shape.tied() || !weights.has(headName + ".weight");
        String name = tied ? prefix + "embed_tokens" : headName;
        this.head = weights.linear(name, shape.vocabulary(), shape.width());
    }

    /** The sizes. */
    public LanguageConfiguration shape() {
        return shape;
    }

    /** Writes the embedding of a token to a row. */
    public void embed(int token, Rows rows, int row) {
        if (token < 0 || token >= shape.vocabulary()) {
            throw new IllegalArgumentException("token " + token + " of " + shape.vocabulary());
        }
        lifetime.enter();
        try {
            embedding.read((long) token * shape.width(), shape.width(), rows.values(), rows.index(row));
        } finally {
            lifetime.leave();
        }
    }

    /** Takes the first {@code count} rows of the workspace, which the spans tell to sequences, through all layers. */
    public void run(int count, LanguageWorkspace work, List<AttentionSpan> spans) {
        lifetime.enter();
        try {
            for (LanguageLayer layer : layers) {
                layer.run(count, work, spans);
            }
        } finally {
            lifetime.leave();
        }
    }

    /**
     * The logits that follow some rows of a step.
     *
     * @param rows of the workspace, in rising order
     * @param logits gets one row for each
     */
    public void logits(int[] rows, LanguageWorkspace work, Rows logits) {
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(
                    work.x().values(),
                    work.x().index(rows[i]),
                    work.normal().values(),
                    work.normal().index(i),
                    shape.width());
        }
        kernels.rmsNorm(rows.length, work.normal(), norm, shape.epsilon(), work.normal());
        lifetime.enter();
        try {
            kernels.gemm(rows.length, work.normal(), head, Epilogue.STORE, logits);
        } finally {
            lifetime.leave();
        }
    }

    /** The logarithms of the sums that make probabilities of logits, one for each row. */
    public void logSums(int count, Rows logits, double[] sums) {
        kernels.logSumExp(count, logits, sums);
    }
}
