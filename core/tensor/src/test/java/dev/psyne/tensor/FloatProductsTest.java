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

    /** Random rows and weights that begin somewhere in their memory, as do the sums. */
    private record Case(
            WeightType type,
            int rows,
            int inputs,
            long inputStride,
            long weightsStride,
            long sumsStride,
            long offset,
            MemorySegment input,
            MemorySegment weights,
            float[] sums) {
        static Case of(Arena arena, Random random, WeightType type, int rows, int inputs) {
            long inputStride = Float.BYTES * (inputs + random.nextLong(9));
            long weightsStride = Float.BYTES * (16 + random.nextLong(9));
            long sumsStride = Float.BYTES * (16 + random.nextLong(9));
            long offset = Float.BYTES * random.nextLong(5);
            MemorySegment input = floats(arena, random, offset + rows * inputStride);
            MemorySegment weights = floats(arena, random, offset + weightsStride * inputs);
            float[] sums = random(random, (int) (offset + rows * sumsStride) / Float.BYTES + 16);
            return new Case(type, rows, inputs, inputStride, weightsStride, sumsStride, offset, input, weights, sums);
        }

        private static MemorySegment floats(Arena arena, Random random, long bytes) {
            return arena.allocateFrom(ValueLayout.JAVA_FLOAT, random(random, (int) bytes / Float.BYTES + 1));
        }

        private static float[] random(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                // Both halves of a float are numbers in BF16 as well.
                int half = Float.floatToRawIntBits(random.nextFloat(-1, 1)) >>> Short.SIZE;
                values[i] = Float.intBitsToFloat(half << Short.SIZE | half);
            }
            return values;
        }

        /** The sums after a product, and what lies around them. */
        float[] multiply(FloatProducts products, MemorySegment results) {
            MemorySegment.copy(sums, 0, results, ValueLayout.JAVA_FLOAT, 0, sums.length);
            products.multiplyFloats(
                    type,
                    rows,
                    input,
                    offset,
                    inputStride,
                    weights,
                    offset,
                    weightsStride,
                    inputs,
                    results,
                    offset,
                    sumsStride);
            return results.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static WeightType type(int shape) {
        return shape % 2 == 0 ? WeightType.F32 : WeightType.BF16;
    }

    @Test
    void interpretedCodeEqualsThePlainLoops() {
        Random random = new Random(21);
        for (MachineForm form : MachineForm.values()) {
            for (int shape = 0; shape < 2 * SHAPES; shape++) {
                try (Arena arena = Arena.ofConfined()) {
                    Case c = Case.of(arena, random, type(shape), shape / 2, random.nextInt(20));
                    MemorySegment results = arena.allocate(ValueLayout.JAVA_FLOAT, c.sums.length);
                    FloatProducts interpreted = new InterpretedProducts(form, List.of(c.input, c.weights, results));
                    assertArrayEquals(
                            c.multiply(new ScalarProducts(), MemorySegment.ofArray(c.sums.clone())),
                            c.multiply(interpreted, results),
                            form + ", " + c.type + ": " + c.rows + " x " + c.inputs);
                }
            }
        }
    }

    @Test
    void executedCodeEqualsThePlainLoopsInArraysAndInNativeMemory() {
        Random random = new Random(22);
        for (FloatProducts products : InterpretedProducts.executable()) {
            for (int shape = 0; shape < 20 * SHAPES; shape++) {
                try (Arena arena = Arena.ofConfined()) {
                    Case c = Case.of(arena, random, type(shape), random.nextInt(SHAPES), random.nextInt(300));
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
            products.multiplyFloats(WeightType.F32, 0, none, 0, 0, none, 0, 64, 7, MemorySegment.ofArray(sums), 0, 64);
            assertEquals("[1.0, 2.0, 3.0]", Arrays.toString(sums));
        }
    }
}
