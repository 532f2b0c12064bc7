package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;

/** One pre-norm transformer layer: attention, then a multilayer perceptron, each added to the stream. */
final class TransformerLayer {
    private final Kernels kernels;
    private final int heads;
    private final float[] attentionNorm;
    private final Linear packed;
    private final Linear out;
    private final float[] mlpNorm;
    private final Linear up;
    private final Linear down;

    TransformerLayer(WeightReader reader, String prefix, SceneConfiguration.Layers shape) {
        int width = shape.width();
        this.kernels = reader.kernels();
        this.heads = shape.heads();
        this.attentionNorm = reader.vector(prefix + "attention_norm.weight", width);
        this.packed = reader.linear(prefix + "attention.qkv.weight", 3 * width, width);
        this.out = reader.linear(prefix + "attention.out.weight", width, width);
        this.mlpNorm = reader.vector(prefix + "mlp_norm.weight", width);
        this.up = reader.linear(prefix + "mlp.up.weight", prefix + "mlp.up.bias", shape.mlp(), width);
        this.down = reader.linear(prefix + "mlp.down.weight", prefix + "mlp.down.bias", width, shape.mlp());
    }

    /**
     * Takes the first {@code count} rows of the stream, positions {@code past} and on, through the layer.
     *
     * @param cache holds the keys and values of the positions before and receives those of these
     * @param causal whether a position sees those up to itself; otherwise it sees all
     */
    void run(int count, LayerWorkspace work, KeyValues cache, int past, boolean causal) {
        kernels.rmsNorm(count, work.x(), attentionNorm, SceneConfiguration.NORM_EPSILON, work.normal());
        kernels.gemm(count, work.normal(), packed, Epilogue.STORE, work.packed());
        cache.store(count, work.keys(), work.values(), past);
        int visible = causal ? past + 1 : past + count;
        kernels.attention(heads, count, work.queries(), cache.keys(), cache.values(), visible, causal, work.mixed());
        kernels.gemm(count, work.mixed(), out, Epilogue.ADD, work.x());
        kernels.rmsNorm(count, work.x(), mlpNorm, SceneConfiguration.NORM_EPSILON, work.normal());
        kernels.gemm(count, work.normal(), up, Epilogue.GELU, work.hidden());
        kernels.gemm(count, work.hidden(), down, Epilogue.ADD, work.x());
    }
}
