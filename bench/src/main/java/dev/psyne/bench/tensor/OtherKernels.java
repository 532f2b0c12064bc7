package dev.psyne.bench.tensor;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The kernels beside the products, at the sizes of SmolVLM-256M's shape, beside our plain loops: the best of this machine in
 * milliseconds, nothing wanted of them.
 */
final class OtherKernels {
    static final String NAME = "kernel ";

    private static final int ROUNDS = 3;

    /** A quarter of a second each: the first calls are interpreted. */
    private static final int WARM_UP_ROUNDS = 6;

    private static final double MILLIS_PER_NANO = 1e-6;

    private final SplittableRandom random = new SplittableRandom(5);

    /** One call of a kernel. */
    private record Call(String name, Calling calling) {}

    @FunctionalInterface
    private interface Calling {
        void with(Kernels kernels);
    }

    static List<Row> rows(int threads) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        try (Scheduler scheduler = Scheduler.create(threads)) {
            Kernels best = Kernels.create(scheduler, KernelChoice.BEST);
            Kernels plain = Kernels.create(scheduler, KernelChoice.SCALAR);
            for (Call call : new OtherKernels().calls(plain)) {
                Turns.Contestant ours = Repeated.inJob(scheduler, 1, () -> call.calling.with(best));
                Turns.Contestant loops = Repeated.inJob(scheduler, 1, () -> call.calling.with(plain));
                for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                    ours.measure();
                }
                double[] perNano = Turns.medians(ROUNDS, ours, loops);
                rows.add(new Row(
                        NAME + call.name + Repeated.threads(threads),
                        "ms",
                        Row.Better.LOWER,
                        MILLIS_PER_NANO / perNano[0],
                        "plain loops",
                        MILLIS_PER_NANO / perNano[1],
                        Row.NO_GOAL));
            }
        }
        return rows;
    }

    private List<Call> calls(Kernels packer) {
        List<Call> calls = new ArrayList<>();
        calls.add(attention("attention, 1024 rows of a picture, 12 heads", 12, 12, 1024, 0, false));
        calls.add(attention("attention, 1 row after 1023, 9 heads of 3", 9, 3, 1, 1023, true));
        Rows narrow = filled(256, 576);
        Rows normal = Rows.allocate(256, 576);
        float[] factors = ones(576);
        calls.add(new Call(
                "RMS normalisation 256 x 576", kernels -> kernels.rmsNorm(256, narrow, factors, 1e-5f, normal)));
        Rows wide = filled(1024, 768);
        Rows layered = Rows.allocate(1024, 768);
        float[] scale = ones(768);
        float[] bias = new float[768];
        calls.add(new Call(
                "layer normalisation 1024 x 768",
                kernels -> kernels.layerNorm(1024, wide, scale, bias, 1e-6f, layered)));
        Rows gates = filled(256, 3072);
        Rows hidden = Rows.allocate(256, 1536);
        calls.add(new Call("SwiGLU 256 x 1536", kernels -> kernels.swiGlu(256, gates, hidden)));
        Rows linear = filled(256, 3072);
        Rows activated = Rows.allocate(256, 3072);
        calls.add(new Call("GELU 256 x 3072, copied before", kernels -> {
            // In place again and again it would end with numbers too small to have an exponent, which are slow.
            System.arraycopy(linear.values(), 0, activated.values(), 0, linear.values().length);
            kernels.geluErf(256, activated);
        }));
        Rows scores = filled(1024, 1024);
        calls.add(new Call("softmax 1024 x 1024", kernels -> kernels.softmax(1024, scores)));
        Rows logits = filled(8, 49_280);
        double[] sums = new double[8];
        calls.add(new Call("logarithms of sums 8 x 49280", kernels -> kernels.logSumExp(8, logits, sums)));
        calls.add(convolution(packer));
        calls.add(depthwise());
        return calls;
    }

    private Call attention(String name, int heads, int shared, int count, int past, boolean causal) {
        int headWidth = 64;
        KeyValueCache cache = KeyValueCache.allocate(new KeyValueShape(1, shared, headWidth), past + count);
        Rows keys = filled(past + count, shared * headWidth);
        cache.store(0, 0, past + count, keys, filled(past + count, shared * headWidth), 0);
        Rows queries = filled(count, heads * headWidth);
        Rows output = Rows.allocate(count, heads * headWidth);
        List<AttentionSpan> spans = List.of(new AttentionSpan(cache, 0, count, past, causal));
        return new Call(name, kernels -> kernels.attention(0, spans, queries, output));
    }

    private Call convolution(Kernels packer) {
        Shape shape = Shape.of(64, 64, 3, 3);
        MemorySegment memory = MemorySegment.ofArray(filled(64, 64 * 9).values());
        Convolution weights =
                packer.convolution(Tensor.of(memory, ElementType.F32, shape), ones(64), new float[64], 1, 1);
        FeatureMap input = FeatureMap.allocate(64, 64, 64, 1);
        FeatureMap output = FeatureMap.allocate(64, 64, 64, 0);
        return new Call(
                "convolution 3 x 3, 64 x 64 pixels, 64 channels",
                kernels -> kernels.conv2d(input, weights, Epilogue.STORE, output));
    }

    private Call depthwise() {
        DepthwiseConvolution weights = DepthwiseConvolution.pack(filled(192, 49).values(), new float[192], 7, 1);
        Rows input = filled(64 * 64, 192);
        Rows output = Rows.allocate(64 * 64, 192);
        return new Call(
                "depthwise convolution 7 x 7, 64 x 64 pixels, 192 channels",
                kernels -> kernels.depthwise(64, 64, input, weights, Epilogue.STORE, output));
    }

    private Rows filled(int count, int width) {
        Rows rows = Rows.allocate(count, width);
        for (int i = 0; i < rows.values().length; i++) {
            rows.values()[i] = (float) random.nextDouble(-1, 1);
        }
        return rows;
    }

    private static float[] ones(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }
}
