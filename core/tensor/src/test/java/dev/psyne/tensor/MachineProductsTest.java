package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.ExecutableMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The machine code against the plain loops, to the last bit, on seeded random shapes: every form interpreted, and those
 * that this machine can run executed too, which shows that the interpreter is right.
 */
class MachineProductsTest {
    private static final int SHAPES = 12;

    private enum Kind {
        I8(8, false),
        I8_GROUPS(8, true),
        I4_GROUPS(4, true);

        private final int bits;
        private final boolean groups;

        Kind(int bits, boolean groups) {
            this.bits = bits;
            this.groups = groups;
        }

        private void multiply(QuantizedProducts products, QuantizedCase c) {
            switch (this) {
                case I8 -> c.multiplyI8(products);
                case I8_GROUPS -> c.multiplyI8Groups(products);
                case I4_GROUPS -> c.multiplyI4Groups(products);
            }
        }
    }

    private static QuantizedProducts interpreted(MachineForm form, QuantizedCase c) {
        return new InterpretedProducts(form, c.memory());
    }

    @ParameterizedTest
    @EnumSource
    void interpretedCodeEqualsThePlainLoops(Kind kind) {
        Random random = new Random(kind.ordinal());
        for (MachineForm form : MachineForm.values()) {
            for (int shape = 0; shape < SHAPES; shape++) {
                check(kind, random, 1 + (shape * 7 + 5) % 27, 32 * (1 + random.nextInt(5)), random.nextInt(4), form);
            }
        }
    }

    private static void check(Kind kind, Random random, int rows, int inputs, int panels, MachineForm form) {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedCase c = new QuantizedCase(arena, random, rows, inputs, panels, kind.bits);
            compare(kind, c, new ScalarProducts(), interpreted(form, c));
        }
    }

    @ParameterizedTest
    @EnumSource
    void executedCodeEqualsThePlainLoops(Kind kind) {
        for (QuantizedProducts products : InterpretedProducts.executable()) {
            Random random = new Random(7 + kind.ordinal());
            for (int shape = 0; shape < 10 * SHAPES; shape++) {
                try (Arena arena = Arena.ofConfined()) {
                    int rows = random.nextInt(30);
                    int inputs = 32 * (1 + random.nextInt(20));
                    QuantizedCase c = new QuantizedCase(arena, random, rows, inputs, random.nextInt(5), kind.bits);
                    compare(kind, c, new ScalarProducts(), products);
                }
            }
        }
    }

    /** Both quantise and multiply; every byte they leave must be the same, those beside the output too. */
    private static void compare(Kind kind, QuantizedCase c, QuantizedProducts expected, QuantizedProducts actual) {
        byte[][] results = new byte[2][];
        byte[][] rows = new byte[2][];
        byte[][] negatives = new byte[2][];
        for (QuantizedProducts products : List.of(expected, actual)) {
            int which = products == expected ? 0 : 1;
            c.activations.fill((byte) 0x55);
            c.output.fill((byte) 0x55);
            c.negatives.fill((byte) 0);
            c.quantize(products, kind.groups);
            kind.multiply(products, c);
            rows[which] = c.activations.toArray(ValueLayout.JAVA_BYTE);
            results[which] = c.output.toArray(ValueLayout.JAVA_BYTE);
            negatives[which] = c.negatives.toArray(ValueLayout.JAVA_BYTE);
        }
        String what = actual.description() + ": " + c.rows + " x " + c.inputs + " x " + c.panels + " panels";
        assertArrayEquals(rows[0], rows[1], what);
        assertArrayEquals(results[0], results[1], what);
        assertArrayEquals(negatives[0], negatives[1], what);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void arraysAreQuantisedWhereTheyAre(boolean groups) {
        List<QuantizedProducts> all = new ArrayList<>(InterpretedProducts.executable());
        all.add(new ScalarProducts());
        for (QuantizedProducts products : all) {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedCase c = new QuantizedCase(arena, new Random(4), 1, 96, 1, 8);
                c.quantize(products, groups);
                MemorySegment row = arena.allocate(c.stride());
                float[] values = new float[100];
                System.arraycopy(c.values[0], 0, values, 3, c.inputs);
                if (groups) {
                    products.quantizeGroups(values, 3, c.inputs, row.address());
                } else {
                    products.quantize(values, 3, c.inputs, row.address());
                }
                assertEquals(-1, row.mismatch(c.activations.asSlice(0, c.stride())));
                assertThrows(IndexOutOfBoundsException.class, () -> products.quantize(values, 5, 96, row.address()));
            }
        }
    }

    @Test
    void theLongestRowsDoNotOverflow() {
        InterpretedProducts.executable().forEach(products -> {
            try (Arena arena = Arena.ofConfined()) {
                int inputs = QuantizedRow.MAX_INPUTS;
                QuantizedCase c = new QuantizedCase(arena, new Random(3), 5, inputs, 1, 8);
                c.bytes.fill((byte) -128);
                Arrays.stream(c.values).forEach(row -> Arrays.fill(row, -1));
                compare(Kind.I8, c, new ScalarProducts(), products);
                assertTrue(c.result(4, 15) > 0);
            }
        });
    }

    @Test
    void whatIsNoNumberMakesTheScaleNone() {
        InterpretedProducts.executable().forEach(products -> {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedRow layout = QuantizedRow.whole(32);
                MemorySegment values = arena.allocate(128);
                MemorySegment row = arena.allocate(layout.stride());
                for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                    values.setAtIndex(ValueLayout.JAVA_FLOAT, 7, value);
                    products.quantize(values.address(), 32, row.address());
                    assertEquals(value, row.get(ValueLayout.JAVA_FLOAT, layout.scaleOffset(0)));
                }
            }
        });
    }

    @Test
    void withoutAnExecutablePageThereIsNone() {
        UnsupportedOperationException refused = assertThrows(
                UnsupportedOperationException.class,
                () -> MachineProducts.load(MachineForm.AVX2, ExecutableMemory.refused(), Arena.global()));
        assertTrue(refused.toString().contains("switched off"), refused.toString());
        Availability availability = MachineProducts.availability();
        assertEquals(availability instanceof Available, MachineProducts.load().isPresent());
    }
}
