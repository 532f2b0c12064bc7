package dev.psyne.bench.tensor;

import ai.onnxruntime.OrtException;
import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Activations;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * A product of I8 weights and activations that come as floats and are quantised first: by rows with us, all at once in
 * onnxruntime, whose sums stay whole numbers while ours become floats again.
 */
final class QuantizedProducts {
    static final String NAME = "I8 product 264 x 1536 x 1536";

    static final int COUNT = 264;
    static final int OUTPUTS = 1536;
    static final int INPUTS = 1536;

    /** Weights are of -63 to 63: full bytes overflow the sixteen bits in which MatMulInteger adds pairs without VNNI. */
    private static final int LARGEST = 63;

    private static final double GOAL = 1.0;

    /** Of a sum whose spread is some 800: activations are quantised differently. */
    private static final double TOLERANCE = 40;

    private QuantizedProducts() {}

    static String name(int threads) {
        return NAME + Repeated.threads(threads);
    }

    static Row row(int threads) throws OrtException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Rows input = Rows.allocate(COUNT, INPUTS);
        for (int i = 0; i < input.values().length; i++) {
            input.values()[i] = (float) random.nextDouble(-1, 1);
        }
        byte[] weights = new byte[INPUTS * OUTPUTS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) random.nextInt(-LARGEST, LARGEST + 1);
        }
        byte[] model = OnnxModel.of(COUNT, INPUTS, OUTPUTS, weights);
        try (Arena arena = Arena.ofShared();
                Scheduler scheduler = Scheduler.create(threads);
                OnnxProduct peer = new OnnxProduct(model, threads, input.values(), INPUTS)) {
            Kernels kernels = Kernels.create(scheduler, KernelChoice.BEST);
            Linear linear = packed(arena, weights);
            Rows ours = Rows.allocate(COUNT, OUTPUTS);
            Runnable our = () -> kernels.gemm(COUNT, input, linear, Epilogue.STORE, ours);
            scheduler.run(our);
            requireSimilar(ours.values(), peer.result());
            double work = 2.0 * COUNT * OUTPUTS * INPUTS;
            double[] figures = Turns.medians(
                    Repeated.ROUNDS, Repeated.inJob(scheduler, work, our), Repeated.of(work, peer::multiply));
            return new Row(
                    name(threads),
                    "GOP/s",
                    Row.Better.HIGHER,
                    figures[0],
                    "onnxruntime, DynamicQuantizeLinear + MatMulInteger",
                    figures[1],
                    GOAL);
        }
    }

    private static Linear packed(Arena arena, byte[] weights) {
        LinearLayout layout = LinearLayout.of(WeightType.I8, OUTPUTS, INPUTS);
        MemorySegment memory = arena.allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        Linear.packQuantized(
                layout,
                (output, values, scales) -> {
                    for (int i = 0; i < INPUTS; i++) {
                        values[i] = weights[i * OUTPUTS + output];
                    }
                    scales[0] = 1;
                },
                memory);
        return Linear.of(layout, memory).withActivations(Activations.QUANTIZED);
    }

    private static void requireSimilar(float[] ours, float[] theirs) {
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs(ours[i] - theirs[i]) < TOLERANCE)) {
                throw new IllegalStateException("products differ at " + i + ": " + ours[i] + ", " + theirs[i]);
            }
        }
    }
}
