package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.ModelWeights.Part;

/** One layer of the tower: attention, then a perceptron, each after a layer normalisation and added to the stream. */
final class SiglipLayer {
    private final SiglipConfiguration shape;
    private final Kernels kernels;
    private final float[] attentionNorm;
    private final float[] attentionNormBias;
    private final Linear packed;
    private final Linear out;
    private final float[] mlpNorm;
    private final float[] mlpNormBias;
    private final Linear up;
    private final Linear down;

    SiglipLayer(ModelWeights weights, String prefix, SiglipConfiguration shape) {
        int width = shape.width();
        this.shape = shape;
        this.kernels = weights.kernels();
        this.attentionNorm = weights.vector(prefix + "layer_norm1.weight", width);
        this.attentionNormBias = weights.vector(prefix + "layer_norm1.bias", width);
        this.packed = weights.linear(
                width,
                new Part(prefix + "self_attn.q_proj", width),
                new Part(prefix + "self_attn.k_proj", width),
                new Part(prefix + "self_attn.v_proj", width));
        this.out = weights.linear(prefix + "self_attn.out_proj", width, width);
        this.mlpNorm = weights.vector(prefix + "layer_norm2.weight", width);
        this.mlpNormBias = weights.vector(prefix + "layer_norm2.bias", width);
        this.up = weights.linear(prefix + "mlp.fc1", shape.mlp(), width);
        this.down = weights.linear(prefix + "mlp.fc2", width, shape.mlp());
    }

    void run(SiglipTower.Workspace work) {
        int count = shape.patches();
        int width = shape.width();
        Rows packedRows = work.packed();
        kernels.layerNorm(count, work.x(), attentionNorm, attentionNormBias, shape.epsilon(), work.normal());
        kernels.gemm(count, work.normal(), packed, Epilogue.STORE, packedRows);
        work.cache().store(0, 0, count, packedRows.columns(width, width), packedRows.columns(2 * width, width), 0);
        kernels.attention(0, work.span(), packedRows.columns(0, width), work.normal());
        kernels.gemm(count, work.normal(), out, Epilogue.ADD, work.x());
        kernels.layerNorm(count, work.x(), mlpNorm, mlpNormBias, shape.epsilon(), work.normal());
        kernels.gemm(count, work.normal(), up, Epilogue.GELU, work.hidden());
        kernels.gemm(count, work.hidden(), down, Epilogue.ADD, work.x());
    }
}
