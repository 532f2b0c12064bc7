package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import java.util.List;

/** One pre-norm transformer layer: attention, then a multilayer perceptron, each added to the stream. */
final class TransformerLayer {
    private final Kernels kernels;
    private final float[] attentionNorm;
    private final Linear packed;
    private final Linear out;
    private final float[] mlpNorm;
    private final Linear up;
    private final Linear down;

    TransformerLayer(WeightReader reader, String prefix, SceneConfiguration.Layers shape) {
        int width = shape.width();
        this.kernels = reader.kernels();
        this.attentionNorm = reader.vector(prefix + "attention_norm.weight", width);
        this.packed = reader.linear(prefix + "attention.qkv.weight", 3 * width, width);
        this.out = reader.linear(prefix + "attention.out.weight", width, width);
        this.mlpNorm = reader.vector(prefix + "mlp_norm.weight", width);
        this.up = reader.linear(prefix + "mlp.up.weight", prefix + "mlp.up.bias", shape.mlp(), width);
        this.down = reader.linear(prefix + "mlp.down.weight", prefix + "mlp.down.bias", width, shape.mlp());
    }

    /**
     * Takes the rows of a span, the first of the stream, through the layer.
     *
     * @param span its cache holds the keys and values of the positions before and receives those of these
     * @param index of this layer in the cache
     */
    void run(AttentionSpan span, int index, LayerWorkspace work) {
        int count = span.count();
        kernels.rmsNorm(count, work.x(), attentionNorm, SceneConfiguration.NORM_EPSILON, work.normal());
        kernels.gemm(count, work.normal(), packed, Epilogue.STORE, work.packed());
        span.cache().store(index, 0, count, work.keys(), work.values(), span.position());
        kernels.attention(index, List.of(span), work.queries(), work.mixed());
        kernels.gemm(count, work.mixed(), out, Epilogue.ADD, work.x());
        kernels.rmsNorm(count, work.x(), mlpNorm, SceneConfiguration.NORM_EPSILON, work.normal());
        kernels.gemm(count, work.normal(), up, Epilogue.GELU, work.hidden());
        kernels.gemm(count, work.hidden(), down, Epilogue.ADD, work.x());
    }
}
