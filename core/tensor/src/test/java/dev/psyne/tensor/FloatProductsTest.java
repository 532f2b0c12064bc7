package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The machine code of floats against the plain loops, to the last bit, on seeded random shapes. */
class FloatProductsTest {
    private static final int SHAPES = 30;

    /** Random rows and weights that begin somewhere in their memory. */
    private record Case(
            int rows, int inputs, long stride, long offset, MemorySegment input, MemorySegment weights, float[] sums) {
        static Case of(Arena arena, Random random, int rows, int inputs) {
            long stride = Float.BYTES * (inputs + random.nextLong(9));
            long offset = Float.BYTES * random.nextLong(5);
            MemorySegment input = floats(arena, random, offset + rows * stride);
            MemorySegment weights = floats(arena, random, offset + 64L * inputs);
            return new Case(rows, inputs, stride, offset, input, weights, random(random, 16 * rows + 16));
        }

        private static MemorySegment floats(Arena arena, Random random, long bytes) {
            return arena.allocateFrom(ValueLayout.JAVA_FLOAT, random(random, (int) bytes / Float.BYTES + 1));
        }

        private static float[] random(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat(-1, 1);
            }
            return values;
        }

        /** The sums after a product, and what lies behind them. */
        float[] multiply(FloatProducts products, MemorySegment results) {
            MemorySegment.copy(sums, 0, results, ValueLayout.JAVA_FLOAT, 0, sums.length);
            products.multiplyF32(rows, input, offset, stride, weights, offset, inputs, results);
            return results.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Test
    void interpretedCodeEqualsThePlainLoops() {
        Random random = new Random(21);
        for (MachineForm form : MachineForm.values()) {
            for (int rows = 0; rows < SHAPES; rows++) {
                try (Arena arena = Arena.ofConfined()) {
                    Case c = Case.of(arena, random, rows, random.nextInt(20));
                    MemorySegment results = arena.allocate(ValueLayout.JAVA_FLOAT, c.sums.length);
                    FloatProducts interpreted = new InterpretedProducts(form, List.of(c.input, c.weights, results));
                    assertArrayEquals(
                            c.multiply(new ScalarProducts(), MemorySegment.ofArray(c.sums.clone())),
                            c.multiply(interpreted, results),
                            form + ": " + rows + " x " + c.inputs);
                }
            }
        }
    }

    @Test
    void executedCodeEqualsThePlainLoopsInArraysAndInNativeMemory() {
        Random random = new Random(22);
        for (FloatProducts products : InterpretedProducts.executable()) {
            for (int shape = 0; shape < 10 * SHAPES; shape++) {
                try (Arena arena = Arena.ofConfined()) {
                    Case c = Case.of(arena, random, random.nextInt(SHAPES), random.nextInt(300));
                    float[] expected = c.multiply(new ScalarProducts(), MemorySegment.ofArray(c.sums.clone()));
                    MemorySegment results = arena.allocate(ValueLayout.JAVA_FLOAT, c.sums.length);
                    assertArrayEquals(expected, c.multiply(products, results));
                    assertArrayEquals(expected, c.multiply(products, MemorySegment.ofArray(c.sums.clone())));
                }
            }
        }
    }

    @Test
    void nothingIsAddedForRowsWithoutInputs() {
        for (FloatProducts products : InterpretedProducts.executable()) {
            float[] sums = {1, 2, 3};
            MemorySegment none = MemorySegment.ofArray(new float[0]);
            products.multiplyF32(0, none, 0, 0, none, 0, 7, MemorySegment.ofArray(sums));
            assertEquals("[1.0, 2.0, 3.0]", Arrays.toString(sums));
        }
    }
}
