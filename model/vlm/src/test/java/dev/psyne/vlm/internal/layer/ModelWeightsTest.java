package dev.psyne.vlm.internal.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Activations;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.WeightScales;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.StoredType;
import dev.psyne.vlm.internal.layer.ModelWeights.Part;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of every stored type become layers that hold the same numbers, or those that were asked for. */
class ModelWeightsTest {
    private static final int OUTPUTS = 19;
    private static final int INPUTS = 64;

    private static Scheduler scheduler;
    private static Kernels kernels;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(1);
        kernels = Kernels.create(scheduler, KernelChoice.BEST);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    private static ModelWeights weights(TensorMap tensors, WeightPrecision precision) {
        return new ModelWeights(tensors, kernels, precision, new LayerMemory());
    }

    private static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertHolds(float[] wanted, int firstOutput, Linear linear, double tolerance) {
        for (int i = 0; i < wanted.length; i++) {
            float found = linear.weight(firstOutput + i / INPUTS, i % INPUTS);
            assertEquals(wanted[i], found, tolerance, "weight " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, F32, NONE", "F16, F16, NONE", "BF16, BF16, NONE", "Q8_0, I8, PER_GROUP", "Q4_0, I4, PER_GROUP"})
    void weightsStayWhatTheFileHas(StoredType stored, WeightType type, WeightScales scales) {
        TensorMap tensors = new TensorMap().put("a.weight", stored, random(OUTPUTS * INPUTS, 1), OUTPUTS, INPUTS);
        ModelWeights weights = weights(tensors, WeightPrecision.AS_STORED);
        Linear linear = weights.linear("a", OUTPUTS, INPUTS);
        assertEquals(type, linear.layout().type());
        assertEquals(scales, linear.layout().scales());
        assertEquals(type.isQuantized() ? Activations.QUANTIZED : Activations.FLOAT, linear.activations());
        assertHolds(tensors.tensor("a.weight").floats(), 0, linear, 0);
        assertTrue(weights.describe().startsWith(stored.name()), weights.describe());
    }

    @Test
    void weightsOfFiveBitsKeepTheirScalesInEight() {
        byte[] bytes = new byte[Math.toIntExact(StoredType.Q5_0.bytes(OUTPUTS * INPUTS))];
        new Random(2).nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += StoredType.Q5_0.blockBytes()) {
            bytes[block + 1] = 0x2e;
        }
        TensorMap tensors = new TensorMap().put("a.weight", StoredType.Q5_0, bytes, OUTPUTS, INPUTS);
        ModelWeights weights = weights(tensors, WeightPrecision.AS_STORED);
        Linear linear = weights.linear("a", OUTPUTS, INPUTS);
        assertEquals(WeightType.I8, linear.layout().type());
        assertHolds(tensors.tensor("a.weight").floats(), 0, linear, 0);
        assertEquals("Q5_0 as I8 with the file's scales (3 KiB)", weights.describe());
    }

    @Test
    void typesWithoutAKernelAreWidenedAndSoItIsSaid() {
        byte[] bytes = new byte[4 * StoredType.Q6_K.blockBytes()];
        new Random(3).nextBytes(bytes);
        for (int block = 0; block < bytes.length; block += StoredType.Q6_K.blockBytes()) {
            bytes[block + 209] = 0x0c;
        }
        TensorMap tensors = new TensorMap().put("a.weight", StoredType.Q6_K, bytes, 4, 256);
        ModelWeights weights = weights(tensors, WeightPrecision.AS_STORED);
        Linear linear = weights.linear("a", 4, 256);
        float[] wanted = tensors.tensor("a.weight").floats();
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], linear.weight(i / 256, i % 256), Math.abs(wanted[i]) / 2048 + 6e-8);
        }
        assertTrue(weights.describe().startsWith("Q6_K widened to F16"), weights.describe());
    }

    @ParameterizedTest
    @CsvSource({
        "F16, F16, F16",
        "F16, BF16, F32",
        "BF16, F32, F32",
        "Q8_0, Q4_0, I8",
        "Q8_0, F16, F16",
        "BF16, Q4_0, F32"
    })
    void stackedPartsTakeTheFinestOfTheirTypes(StoredType first, StoredType second, WeightType wanted) {
        TensorMap tensors = new TensorMap()
                .put("a.weight", first, random(OUTPUTS * INPUTS, 4), OUTPUTS, INPUTS)
                .put("b.weight", second, random(32 * INPUTS, 5), 32, INPUTS)
                .floats("b.bias", random(32, 6), 32);
        Linear linear =
                weights(tensors, WeightPrecision.AS_STORED).linear(INPUTS, new Part("a", OUTPUTS), new Part("b", 32));
        assertEquals(wanted, linear.layout().type());
        double tolerance = wanted == WeightType.F16 && first != second ? 4.0 / 2048 : 0;
        assertHolds(tensors.tensor("a.weight").floats(), 0, linear, tolerance);
        assertHolds(tensors.tensor("b.weight").floats(), OUTPUTS, linear, tolerance);
    }

    @Test
    void weightsAreQuantisedIfThatIsAskedFor() {
        float[] values = random(OUTPUTS * INPUTS, 7);
        TensorMap tensors = new TensorMap().put("a.weight", StoredType.F32, values, OUTPUTS, INPUTS);
        Linear bytes = weights(tensors, WeightPrecision.INT8).linear("a", OUTPUTS, INPUTS);
        assertEquals(WeightScales.PER_OUTPUT, bytes.layout().scales());
        assertEquals(Activations.QUANTIZED, bytes.activations());
        assertHolds(values, 0, bytes, 5.0 / 127 / 2);
        Linear nibbles = weights(tensors, WeightPrecision.INT4).linear("a", OUTPUTS, INPUTS);
        assertEquals(WeightType.I4, nibbles.layout().type());
        assertHolds(values, 0, nibbles, 5.0 / 8);
        TensorMap quantised = new TensorMap().put("a.weight", StoredType.Q8_0, values, OUTPUTS, INPUTS);
        Linear kept = weights(quantised, WeightPrecision.INT8).linear("a", OUTPUTS, INPUTS);
        assertHolds(quantised.tensor("a.weight").floats(), 0, kept, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0"})
    void factorsOfOutputsRoundNothingTwice(StoredType stored) {
        float[] factor = random(OUTPUTS, 8);
        TensorMap tensors = new TensorMap()
                .put("a.weight", stored, random(OUTPUTS * INPUTS, 9), OUTPUTS, INPUTS)
                .floats("a.bias", random(OUTPUTS, 10), OUTPUTS);
        Linear linear = weights(tensors, WeightPrecision.AS_STORED).scaledLinear("a", OUTPUTS, INPUTS, factor);
        float[] wanted = tensors.tensor("a.weight").floats();
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] *= factor[i / INPUTS];
        }
        assertHolds(wanted, 0, linear, 1e-6);
    }

    @ParameterizedTest
    @EnumSource(WeightPrecision.class)
    void aWeightThatIsNoNumberIsNamed(WeightPrecision precision) {
        float[] values = random(OUTPUTS * INPUTS, 11);
        values[5 * INPUTS + 3] = Float.NaN;
        TensorMap tensors = new TensorMap().put("a.weight", StoredType.BF16, values, OUTPUTS, INPUTS);
        ModelException refused = assertThrows(
                ModelException.class, () -> weights(tensors, precision).linear("a", OUTPUTS, INPUTS));
        assertEquals(
                "in-memory: a.weight: found NaN at element " + (5 * INPUTS + 3) + ", expected finite numbers",
                refused.getMessage());
        assertThrows(ModelException.class, () -> weights(tensors, precision).table("a.weight", OUTPUTS, INPUTS));
    }

    @Test
    void anotherShapeIsRefused() {
        TensorMap tensors = new TensorMap().put("a.weight", StoredType.F16, random(64, 12), 2, 32);
        ModelWeights weights = weights(tensors, WeightPrecision.AS_STORED);
        ModelException turned = assertThrows(ModelException.class, () -> weights.linear("a", 32, 2));
        assertTrue(String.valueOf(turned.getMessage()).contains("a.weight: found [2, 32], expected [32, 2]"));
        ModelException missing = assertThrows(ModelException.class, () -> weights.linear("b", 2, 32));
        assertTrue(String.valueOf(missing.getMessage()).contains("b.weight: found nothing"));
    }
}
