package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Activations;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.WeightPrecision;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What becomes of a layer's weights in another precision: they stay where they were to within half a step. */
class WeightFormTest {
    private static final int OUTPUTS = 20;
    private static final int INPUTS = 48;
    private static final float[] BIAS = new float[OUTPUTS];

    private static Linear floats() {
        float[] values = new float[OUTPUTS * INPUTS];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        Tensor tensor = Tensor.of(MemorySegment.ofArray(values), ElementType.F32, Shape.of(OUTPUTS, INPUTS));
        return linear(tensor, 1);
    }

    private static Linear bytes() {
        byte[] values = new byte[OUTPUTS * INPUTS];
        new Random(2).nextBytes(values);
        Tensor tensor = Tensor.of(MemorySegment.ofArray(values), ElementType.I8, Shape.of(OUTPUTS, INPUTS));
        return linear(tensor, 1 / 128f);
    }

    private static Linear linear(Tensor tensor, float scale) {
        float[] scales = new float[OUTPUTS];
        Arrays.fill(scales, scale);
        try (Scheduler scheduler = Scheduler.create(1)) {
            return Kernels.create(scheduler, KernelChoice.SCALAR).linear(tensor, scales, BIAS);
        }
    }

    private static void assertNear(Linear wanted, Linear found, float tolerance) {
        float[] row = new float[INPUTS];
        float[] held = new float[INPUTS];
        for (int output = 0; output < OUTPUTS; output++) {
            wanted.copyRow(output, row, 0);
            found.copyRow(output, held, 0);
            assertArrayEquals(row, held, tolerance);
        }
    }

    @Test
    void asStoredIsTheSameLayer() {
        Linear floats = floats();
        Linear bytes = bytes();
        assertSame(floats, WeightForm.of(floats, BIAS, WeightPrecision.AS_STORED));
        assertSame(bytes, WeightForm.of(bytes, BIAS, WeightPrecision.AS_STORED));
        assertEquals("F32", WeightForm.describe(floats));
        assertEquals("I8, a scale for each output", WeightForm.describe(bytes));
    }

    @Test
    void eightBitsKeepTheirScales() {
        Linear bytes = bytes();
        Linear held = WeightForm.of(bytes, BIAS, WeightPrecision.INT8);
        assertNear(bytes, held, 0);
        assertEquals(Activations.QUANTIZED, held.activations());
    }

    @Test
    void floatsAreRounded() {
        Linear floats = floats();
        assertNear(floats, WeightForm.of(floats, BIAS, WeightPrecision.INT8), 0.51f / 127);
        assertNear(floats, WeightForm.of(floats, BIAS, WeightPrecision.INT4), 1.01f / 8);
        assertNear(bytes(), WeightForm.of(bytes(), BIAS, WeightPrecision.INT4), 1.01f / 8);
    }
}
