package dev.psyne.bench.tensor;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Square products of F32 matrices, ours with packed weights beside OpenBLAS, which packs as it goes. */
final class FloatProducts {
    static final String NAME = "F32 product";

    private static final int LARGE = 1024;
    private static final double GOAL = 0.95;
    private static final double GOAL_LARGE = 0.90;
    private static final double TOLERANCE = 1e-3;

    private FloatProducts() {}

    static String name(int size, int threads) {
        return NAME + " " + size + Repeated.threads(threads);
    }

    static Row row(OpenBlas peer, int size, int threads) throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                Scheduler scheduler = Scheduler.create(threads)) {
            SplittableRandom random = new SplittableRandom(size);
            Rows input = Rows.allocate(size, size);
            float[] weight = new float[size * size];
            for (int i = 0; i < weight.length; i++) {
                input.values()[i] = (float) random.nextDouble(-1, 1);
                weight[i] = (float) random.nextDouble(-1, 1);
            }
            Kernels kernels = Kernels.create(scheduler, KernelChoice.BEST);
            LinearLayout layout = LinearLayout.of(WeightType.F32, size, size);
            MemorySegment packed = arena.allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
            Linear.pack(layout, (output, row) -> System.arraycopy(weight, output * size, row, 0, size), packed);
            Linear linear = Linear.of(layout, packed);
            Rows ours = Rows.allocate(size, size);
            MemorySegment nativeInput = arena.allocateFrom(ValueLayout.JAVA_FLOAT, input.values());
            MemorySegment nativeWeight = arena.allocateFrom(ValueLayout.JAVA_FLOAT, weight);
            MemorySegment theirs = arena.allocate((long) size * size * Float.BYTES, LinearLayout.ALIGNMENT_BYTES);
            peer.useThreads(threads);
            Runnable our = () -> kernels.gemm(size, input, linear, Epilogue.STORE, ours);
            Runnable their = () -> peer.multiply(size, nativeInput, nativeWeight, theirs);
            scheduler.run(our);
            their.run();
            requireSame(ours.values(), theirs);
            double work = 2.0 * size * size * size;
            double[] figures =
                    Turns.medians(Repeated.ROUNDS, Repeated.inJob(scheduler, work, our), Repeated.of(work, their));
            double goal = size < LARGE ? GOAL : GOAL_LARGE;
            return new Row(name(size, threads), "GFLOP/s", Row.Better.HIGHER, figures[0], "OpenBLAS", figures[1], goal);
        }
    }

    private static void requireSame(float[] ours, MemorySegment theirs) {
        for (int i = 0; i < ours.length; i++) {
            float other = theirs.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!(Math.abs(ours[i] - other) < TOLERANCE)) {
                throw new IllegalStateException("products differ at " + i + ": " + ours[i] + ", " + other);
            }
        }
    }
}
