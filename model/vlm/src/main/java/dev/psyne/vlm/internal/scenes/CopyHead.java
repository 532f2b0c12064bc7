package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.List;

/**
 * From the decoder's last state to the logits of the vocabulary. The state looks at the regions, takes the names they show
 * and adds them as far as its gate opens, so that a name seen in the picture can be said; names that the text has said are
 * added likewise; the embedding's weights, used again, turn the sum into logits.
 */
final class CopyHead {
    private final Kernels kernels;
    private final float[] norm;
    private final Linear query;
    private final Linear key;
    private final float[] gateWeight;
    private final float gateBias;
    private final float alpha;
    private final RepeatHead repeats;
    private final Linear embedding;
    private final float logitScale;

    CopyHead(WeightReader reader, Linear embedding, NameMatch names) {
        int width = embedding.inputs();
        this.kernels = reader.kernels();
        this.norm = reader.vector("decoder.norm.weight", width);
        this.query = reader.linear("copy.query.weight", width, width);
        this.key = reader.linear("copy.key.weight", width, width);
        this.gateWeight = reader.vector("copy.gate.weight", width);
        this.gateBias = reader.scalar("copy.gate.bias");
        this.alpha = reader.scalar("copy.alpha");
        this.repeats = new RepeatHead(reader, width, names);
        this.embedding = embedding;
        this.logitScale = reader.scalar("logit_scale");
    }

    /** What the logits are computed in. */
    static final class Workspace {
        private final Rows state;
        private final Rows query;
        private final Rows copied;
        private final Rows logits;
        private final float[] sum;
        private final RepeatHead.Workspace repeats;

        Workspace(int width, int vocabulary, int positions) {
            this.state = Rows.allocate(1, width);
            this.query = Rows.allocate(1, width);
            this.copied = Rows.allocate(1, width);
            this.logits = Rows.allocate(1, vocabulary);
            this.sum = new float[width];
            this.repeats = new RepeatHead.Workspace(width, positions);
        }

        /** Begins another text. */
        void begin() {
            repeats.begin();
        }

        /** The result, one for each token of the vocabulary. */
        float[] logits() {
            return logits.values();
        }
    }

    /** Fills in what the head compares its queries with, and the blends in {@code work} that it takes. */
    void describe(SceneFeatures scene, EncoderWorkspace work) {
        kernels.gemm(scene.count(), scene.regions(), key, Epilogue.STORE, work.copyKeys());
        scene.copies().store(0, 0, scene.count(), work.copyKeys(), work.blends(), 0);
    }

    /** Notes what tokens say that an answer may say again; their inputs are the first rows of {@code x}. */
    void hear(int[] tokens, int length, Rows x, Workspace work) {
        repeats.hear(tokens, length, x, work.repeats);
    }

    /** The logits after row {@code row} of the stream {@code x}. */
    void run(Rows x, int row, SceneFeatures scene, Workspace work) {
        float[] state = work.state.values();
        System.arraycopy(x.values(), x.index(row), state, 0, x.width());
        kernels.rmsNorm(1, work.state, norm, SceneConfiguration.NORM_EPSILON, work.state);
        kernels.gemm(1, work.state, query, Epilogue.STORE, work.query);
        // One row that sees all regions: as a causal one at the last position.
        AttentionSpan regions = new AttentionSpan(scene.copies(), 0, 1, scene.count() - 1, true);
        kernels.attention(0, List.of(regions), work.query, work.copied);
        float open = alpha * gate(state);
        for (int i = 0; i < state.length; i++) {
            work.sum[i] = state[i] + open * work.copied.values()[i];
        }
        repeats.add(work.state, work.sum, work.repeats);
        System.arraycopy(work.sum, 0, state, 0, state.length);
        kernels.gemm(1, work.state, embedding, Epilogue.STORE, work.logits);
        float[] logits = work.logits();
        for (int i = 0; i < logits.length; i++) {
            logits[i] *= logitScale;
        }
    }

    private float gate(float[] state) {
        double sum = gateBias;
        for (int i = 0; i < state.length; i++) {
            sum += (double) gateWeight[i] * state[i];
        }
        return (float) (1 / (1 + Math.exp(-sum)));
    }
}
