package dev.psyne.bench.tensor;

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
import java.util.Arrays;
import java.util.List;

/** Products of one row with weights that fit no cache, as gigabytes of weights a second; held against our own F32. */
final class RowProducts {
    static final String NAME = "row product";

    private static final int INPUTS = 2048;
    private static final long BYTES = 128L << 20;
    private static final long NIBBLE_BYTES = 64L << 20;
    private static final double BYTE_GOAL = 0.9;
    private static final double NIBBLE_GOAL = 0.75;

    private RowProducts() {}

    static List<Row> rows(int threads) throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                Scheduler scheduler = Scheduler.create(threads)) {
            Kernels kernels = Kernels.create(scheduler, KernelChoice.BEST);
            double[] figures = Turns.medians(
                    Repeated.ROUNDS,
                    contestant(arena, scheduler, kernels, WeightType.F32, BYTES),
                    contestant(arena, scheduler, kernels, WeightType.I8, BYTES),
                    contestant(arena, scheduler, kernels, WeightType.I4, NIBBLE_BYTES));
            // With one thread the wait for memory is not shared: what is wanted is wanted of two.
            return List.of(
                    row(
                            WeightType.I8,
                            "128 MB",
                            threads,
                            figures[1],
                            figures[0],
                            threads == 1 ? Row.NO_GOAL : BYTE_GOAL),
                    row(
                            WeightType.I4,
                            "64 MB",
                            threads,
                            figures[2],
                            figures[0],
                            threads == 1 ? Row.NO_GOAL : NIBBLE_GOAL));
        }
    }

    private static Row row(WeightType type, String size, int threads, double ours, double floats, double goal) {
        String name = NAME + " " + type + ", " + size + Repeated.threads(threads);
        return new Row(name, "GB/s", Row.Better.HIGHER, ours, "our F32, 128 MB", floats, goal);
    }

    private static Turns.Contestant contestant(
            Arena arena, Scheduler scheduler, Kernels kernels, WeightType type, long bytes) {
        int outputs = (int) (bytes * Byte.SIZE / type.bits() / INPUTS);
        LinearLayout layout = LinearLayout.of(type, outputs, INPUTS);
        MemorySegment memory = arena.allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        memory.fill((byte) 1);
        Linear plain = Linear.of(layout, memory);
        Linear linear = type.isQuantized() ? plain.withActivations(Activations.QUANTIZED) : plain;
        Rows input = Rows.allocate(1, INPUTS);
        Arrays.fill(input.values(), 0.5f);
        Rows output = Rows.allocate(1, outputs);
        return Repeated.inJob(
                scheduler, layout.weightBytes(), () -> kernels.gemm(1, input, linear, Epilogue.STORE, output));
    }
}
