package dev.psyne.vlm.internal.language;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.RotaryEmbedding;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.ModelWeights.Part;
import java.util.List;

/**
 * One layer: attention with rotary positions over grouped heads, then a gated perceptron, each after a root mean square
 * normalisation and added to the stream. Qwen2's products of queries, keys and values have a bias, Llama's have none.
 */
final class LanguageLayer {
    private final int index;
    private final float epsilon;
    private final Kernels kernels;
    private final RotaryEmbedding rotary;
    private final float[] attentionNorm;
    private final Linear packed;
    private final Linear out;
    private final float[] mlpNorm;
    private final Linear gateAndUp;
    private final Linear down;

    LanguageLayer(ModelWeights weights, String prefix, LanguageConfiguration shape, int index, RotaryEmbedding rotary) {
        int width = shape.width();
        int queryWidth = shape.heads() * shape.headWidth();
        int keyWidth = shape.keyValueHeads() * shape.headWidth();
        this.index = index;
        this.epsilon = shape.epsilon();
        this.kernels = weights.kernels();
        this.rotary = rotary;
        this.attentionNorm = weights.vector(prefix + "input_layernorm.weight", width);
        this.packed = weights.linear(
                width,
                new Part(prefix + "self_attn.q_proj", queryWidth),
                new Part(prefix + "self_attn.k_proj", keyWidth),
                new Part(prefix + "self_attn.v_proj", keyWidth));
        this.out = weights.linear(prefix + "self_attn.o_proj", width, queryWidth);
        this.mlpNorm = weights.vector(prefix + "post_attention_layernorm.weight", width);
        this.gateAndUp = weights.linear(
                width, new Part(prefix + "mlp.gate_proj", shape.mlp()), new Part(prefix + "mlp.up_proj", shape.mlp()));
        this.down = weights.linear(prefix + "mlp.down_proj", width, shape.mlp());
    }

    void run(int count, LanguageWorkspace work, List<AttentionSpan> spans) {
        kernels.rmsNorm(count, work.x(), attentionNorm, epsilon, work.normal());
        kernels.gemm(count, work.normal(), packed, Epilogue.STORE, work.packed());
        for (AttentionSpan span : spans) {
            rotary.rotate(span.firstRow(), span.count(), work.queries(), span.position());
            rotary.rotate(span.firstRow(), span.count(), work.keys(), span.position());
            span.cache().store(index, span.firstRow(), span.count(), work.keys(), work.values(), span.position());
        }
        kernels.attention(index, spans, work.queries(), work.mixed());
        kernels.gemm(count, work.mixed(), out, Epilogue.ADD, work.x());
        kernels.rmsNorm(count, work.x(), mlpNorm, epsilon, work.normal());
        kernels.gemm(count, work.normal(), gateAndUp, Epilogue.STORE, work.gates());
        kernels.swiGlu(count, work.gates(), work.hidden());
        kernels.gemm(count, work.hidden(), down, Epilogue.ADD, work.x());
    }
}
