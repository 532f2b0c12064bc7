package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.ArrayList;
import java.util.List;

/** From a picture's planes to one vector for each cell of its grid: convolutions, then transformer layers. */
final class ImageEncoder {
    private final Kernels kernels;
    private final List<Step> steps = new ArrayList<>();
    private final int cells;
    private final Linear project;
    private final Rows positions;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private final float[] norm;

    /** A block's weights. */
    private sealed interface Step {}

    private record Conv(Convolution convolution) implements Step {}

    private record Residual(Convolution first, Convolution second) implements Step {}

    ImageEncoder(WeightReader reader, SceneConfiguration.Encoder shape) {
        this.kernels = reader.kernels();
        for (SceneConfiguration.Block block : shape.blocks()) {
            steps.add(step(reader, "encoder.blocks." + steps.size() + ".", block));
        }
        int width = shape.layers().width();
        this.cells = shape.cells();
        this.project = reader.linear("encoder.project.weight", "encoder.project.bias", width, shape.channels());
        this.positions = reader.rows("encoder.positions", cells, width);
        for (int i = 0; i < shape.layers().count(); i++) {
            layers.add(new TransformerLayer(reader, "encoder.layers." + i + ".", shape.layers()));
        }
        this.norm = reader.vector("encoder.norm.weight", width);
    }

    private static Step step(WeightReader reader, String prefix, SceneConfiguration.Block block) {
        return switch (block) {
            case SceneConfiguration.Conv conv -> new Conv(reader.convolution(prefix + "weight", prefix + "bias", conv));
            case SceneConfiguration.Residual(int channels) -> {
                var shape = new SceneConfiguration.Conv(channels, channels, 3, 1, 1);
                yield new Residual(
                        reader.convolution(prefix + "conv1.weight", prefix + "conv1.bias", shape),
                        reader.convolution(prefix + "conv2.weight", prefix + "conv2.bias", shape));
            }
        };
    }

    /** Encodes the planes in {@code work} to {@code regions}, {@code [cells, width]}. */
    void run(EncoderWorkspace work, Rows regions) {
        work.map(0).copyFrom(work.planes());
        for (int i = 0; i < steps.size(); i++) {
            FeatureMap input = work.map(i);
            switch (steps.get(i)) {
                case Conv(Convolution convolution) ->
                    kernels.conv2d(input, convolution, Epilogue.RELU, work.map(i + 1));
                case Residual(Convolution first, Convolution second) -> {
                    kernels.conv2d(input, first, Epilogue.RELU, work.inner(i));
                    kernels.conv2d(work.inner(i), second, Epilogue.ADD_RELU, input);
                }
            }
        }
        work.map(steps.size()).copyTo(work.cells());
        Rows x = work.layers().x();
        System.arraycopy(positions.values(), 0, x.values(), 0, positions.values().length);
        kernels.gemm(cells, work.cells(), project, Epilogue.ADD, x);
        AttentionSpan span = new AttentionSpan(work.attention(), 0, cells, 0, false);
        for (TransformerLayer layer : layers) {
            layer.run(span, 0, work.layers());
        }
        kernels.rmsNorm(cells, x, norm, SceneConfiguration.NORM_EPSILON, regions);
    }
}
