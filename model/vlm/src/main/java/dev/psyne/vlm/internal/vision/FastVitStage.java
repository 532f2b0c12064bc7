package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Linear;
import dev.psyne.vlm.internal.layer.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage: all but the first halve the image and widen it, those of attention then add what tells pixels apart (a window's
 * convolution with the image folded in), and blocks follow.
 */
final class FastVitStage {
    private static final int WINDOW = 7;

    private record Downsampling(DepthwiseConvolution convolution, Linear linear) {
        static Downsampling take(ModelWeights weights, String prefix, int channels) {
            return new Downsampling(
                    FastVitWeights.folded(weights, prefix + "downsample.proj.0", channels, WINDOW, 2),
                    weights.linear(prefix + "downsample.proj.1.reparam_conv", channels, channels));
        }
    }

    private final @Nullable Downsampling downsampling;
    private final @Nullable DepthwiseConvolution positions;
    private final List<FastVitBlock> blocks = new ArrayList<>();

    FastVitStage(ModelWeights weights, String prefix, FastVitConfiguration shape, int stage) {
        int channels = shape.widths().get(stage);
        boolean attention = stage >= FastVitConfiguration.FIRST_ATTENTION;
        this.downsampling = stage == 0 ? null : Downsampling.take(weights, prefix, channels);
        this.positions = attention ? FastVitWeights.folded(weights, prefix + "pos_emb", channels, WINDOW, 1) : null;
        for (int i = 0; i < shape.layers().get(stage); i++) {
            String block = prefix + "blocks." + i + ".";
            blocks.add(
                    attention
                            ? new FastVitBlock.Attention(weights, block, channels)
                            : FastVitBlock.Mixer.take(weights, block, channels));
        }
    }

    void run(FastVitImage image) {
        if (downsampling != null) {
            image.depthwise(downsampling.convolution(), Epilogue.GELU_ERF);
            image.linear(downsampling.linear(), Epilogue.GELU_ERF);
        }
        if (positions != null) {
            image.depthwise(positions, Epilogue.STORE);
        }
        for (FastVitBlock block : blocks) {
            block.run(image);
        }
    }
}
