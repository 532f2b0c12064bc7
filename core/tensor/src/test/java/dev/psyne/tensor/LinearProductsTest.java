package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.platform.Availability;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with every packing, against double precision, on seeded random shapes whose sizes fit nothing. */
class LinearProductsTest {
    private static final double BOUND = 3e-5;
    private static final int SHAPES = 6;
    private static final List<Epilogue> EPILOGUES = List.of(Epilogue.values());

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    /** Every variant of this machine; the one with machine code exists on processors with AVX2 alone. */
    static Stream<KernelChoice> choices() {
        return Stream.of(KernelChoice.values())
                .filter(choice -> Kernels.availability(choice) instanceof Availability.Available);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    @ParameterizedTest
    @MethodSource("choices")
    void productsMatchDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(11);
        for (int i = 0; i < SHAPES; i++) {
            for (PackedCase packing : PackedCase.ALL) {
                Epilogue epilogue = EPILOGUES.get(random.nextInt(EPILOGUES.size()));
                int count = i % 2 == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(70);
                check(kernels, random, packing, epilogue, count, 1 + random.nextInt(90), 1 + random.nextInt(200));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("choices")
    void inputsOfSeveralBlocksAddUp(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(12);
        for (PackedCase packing : PackedCase.ALL) {
            check(kernels, random, packing, Epilogue.ADD, 7, 50, 1027);
            check(kernels, random, packing, Epilogue.GELU, 1, 49, 1024);
        }
    }

    @ParameterizedTest
    @MethodSource("choices")
    void largeProductsAreSharedByTheWorkers(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(13);
        for (PackedCase packing : PackedCase.ALL) {
            check(kernels, random, packing, Epilogue.STORE, 1, 1100, 513);
            check(kernels, random, packing, Epilogue.ADD_RELU, 40, 70, 290);
        }
    }

    @ParameterizedTest
    @MethodSource("choices")
    void rowsOfZerosGiveTheBias(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        for (PackedCase packing : PackedCase.ALL) {
            try (Arena arena = Arena.ofShared()) {
                float[] bias = {0.5f, -2};
                Linear linear = packing.random(arena, new Random(14), 2, 40, bias);
                Rows output = Rows.allocate(3, 2);
                kernels.gemm(3, Rows.allocate(3, 40), linear, Epilogue.STORE, output);
                assertTrue(
                        Arrays.equals(new float[] {0.5f, -2, 0.5f, -2, 0.5f, -2}, output.values()), packing::toString);
            }
        }
    }

    @Test
    void productsOfQuantisedRowsMatchDoublePrecision() {
        Kernels kernels =
                new VectorKernels(scheduler, Optional.of(new ScalarProducts()), Optional.of(new ScalarProducts()));
        Random random = new Random(15);
        for (PackedCase packing : PackedCase.ALL) {
            if (packing.activations() == Activations.QUANTIZED) {
                for (int i = 0; i < SHAPES; i++) {
                    Epilogue epilogue = EPILOGUES.get(i % EPILOGUES.size());
                    int count = 1 + random.nextInt(20);
                    check(kernels, random, packing, epilogue, count, 1 + random.nextInt(90), 1 + random.nextInt(200));
                }
                check(kernels, random, packing, Epilogue.ADD, 70, 20, 4000);
            }
        }
    }

    private static void check(
            Kernels kernels, Random random, PackedCase packing, Epilogue epilogue, int count, int outputs, int inputs) {
        try (Arena arena = Arena.ofShared()) {
            float[] bias = values(random, outputs);
            Linear linear = packing.random(arena, random, outputs, inputs, bias);
            Rows input = rows(random, count + 2, inputs + 3).columns(2, inputs);
            Rows output = rows(random, count + 1, outputs + 5).columns(4, outputs);
            float[] weight = new float[outputs * inputs];
            for (int n = 0; n < outputs; n++) {
                linear.copyRow(n, weight, n * inputs);
            }
            float[] before = output.values().clone();
            kernels.gemm(count, input, linear, epilogue, output);
            String what = packing + " " + epilogue + " " + count + " x " + outputs + " x " + inputs;
            for (int m = 0; m < count; m++) {
                double[] row = packing.seen(doubles(input, m));
                for (int n = 0; n < outputs; n++) {
                    double sum = bias[n];
                    for (int k = 0; k < inputs; k++) {
                        sum += weight[n * inputs + k] * row[k];
                    }
                    int at = output.index(m) + n;
                    double expected = Reference.epilogue(epilogue, before[at], sum);
                    assertEquals(expected, output.values()[at], BOUND, what + " at " + m + ", " + n);
                    before[at] = output.values()[at];
                }
            }
            assertTrue(Arrays.equals(before, output.values()), what + " wrote outside its rows");
        }
    }

    private static Rows rows(Random random, int capacity, int width) {
        return Rows.over(values(random, capacity * width), capacity, width, width);
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return values;
    }

    private static double[] doubles(Rows rows, int row) {
        double[] result = new double[rows.width()];
        Arrays.setAll(result, i -> rows.values()[rows.index(row) + i]);
        return result;
    }
}
