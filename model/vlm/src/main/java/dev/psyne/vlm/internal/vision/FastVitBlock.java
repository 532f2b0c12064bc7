package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;
import java.util.List;

/** One block of a stage: it mixes pixels, then a perceptron over a large window is added. */
sealed interface FastVitBlock {
    /** Takes the current image through the block. */
    void run(FastVitImage image);

    /** The perceptron of every block; the scale of its result is folded into its last product. */
    record Mlp(DepthwiseConvolution convolution, Linear up, Linear down) {
        static Mlp take(ModelWeights weights, String prefix, String scale, int channels) {
            int hidden = FastVitConfiguration.MLP_RATIO * channels;
            float[] gamma = weights.vector(scale + ".gamma", channels);
            return new Mlp(
                    FastVitWeights.normalised(weights, prefix + "mlp.conv", channels),
                    weights.linear(prefix + "mlp.fc1", hidden, channels),
                    weights.scaledLinear(prefix + "mlp.fc2", channels, hidden, gamma));
        }

        void run(FastVitImage image) {
            image.addMlp(convolution, up, down);
        }
    }

    /** Mixes by a small window (RepMixer); the image itself is folded into it. */
    record Mixer(DepthwiseConvolution mixer, Mlp mlp) implements FastVitBlock {
        private static final int WINDOW = 3;

        static Mixer take(ModelWeights weights, String prefix, int channels) {
            return new Mixer(
                    FastVitWeights.folded(weights, prefix + "token_mixer", channels, WINDOW, 1),
                    Mlp.take(weights, prefix, prefix + "layer_scale", channels));
        }

        @Override
        public void run(FastVitImage image) {
            image.depthwise(mixer, Epilogue.STORE);
            mlp.run(image);
        }
    }

    /** Mixes by attention of all pixels, after a layer normalisation. */
    final class Attention implements FastVitBlock {
        private static final float EPSILON = 1e-5f;

        private final Kernels kernels;
        private final int channels;
        private final float[] norm;
        private final float[] normBias;
        private final Linear packed;
        private final Linear out;
        private final Mlp mlp;

        Attention(ModelWeights weights, String prefix, int channels) {
            this.kernels = weights.kernels();
            this.channels = channels;
            this.norm = weights.vector(prefix + "norm.weight", channels);
            this.normBias = weights.vector(prefix + "norm.bias", channels);
            this.packed = weights.linear(prefix + "token_mixer.qkv", 3 * channels, channels);
            float[] gamma = weights.vector(prefix + "layer_scale_1.gamma", channels);
            this.out = weights.scaledLinear(prefix + "token_mixer.proj", channels, channels, gamma);
            this.mlp = Mlp.take(weights, prefix, prefix + "layer_scale_2", channels);
        }

        @Override
        public void run(FastVitImage image) {
            int count = image.pixels();
            Rows x = image.rows();
            Rows spare = image.spare(count, 4 * channels);
            Rows normal = spare.columns(3 * channels, channels);
            Rows rows = spare.columns(0, 3 * channels);
            kernels.layerNorm(count, x, norm, normBias, EPSILON, normal);
            kernels.gemm(count, normal, packed, Epilogue.STORE, rows);
            int width = FastVitConfiguration.HEAD_WIDTH;
            KeyValueCache cache = KeyValueCache.allocate(new KeyValueShape(1, channels / width, width), count);
            cache.store(0, 0, count, rows.columns(channels, channels), rows.columns(2 * channels, channels), 0);
            List<AttentionSpan> span = List.of(new AttentionSpan(cache, 0, count, 0, false));
            kernels.attention(0, span, rows.columns(0, channels), normal);
            kernels.gemm(count, normal, out, Epilogue.ADD, x);
            mlp.run(image);
        }
    }
}
