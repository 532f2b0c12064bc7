package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference of the quantised products against the definition, in double precision over plain matrices. */
class ScalarProductsTest {
    private final QuantizedProducts products = new ScalarProducts();

    @Test
    void bytesWithOneScaleAnOutput() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedCase c = new QuantizedCase(arena, new Random(1), 3, 96, 2, 8);
            c.quantize(products, false);
            c.multiplyI8(products);
            check(c, false);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesAndNibblesWithScalesOfGroups(boolean nibbles) {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedCase c = new QuantizedCase(arena, new Random(2), 2, 160, 3, nibbles ? 4 : 8);
            c.quantize(products, true);
            if (nibbles) {
                c.multiplyI4Groups(products);
            } else {
                c.multiplyI8Groups(products);
            }
            check(c, true);
        }
    }

    /** Each activation is off by at most half a step, which bounds the error of a sum by the sum of the weights. */
    private static void check(QuantizedCase c, boolean groups) {
        for (int row = 0; row < c.rows; row++) {
            for (int output = 0; output < c.weights.length; output++) {
                double exact = 0;
                double bound = 0;
                for (int input = 0; input < c.inputs; input++) {
                    double weight = (double) c.weights[output][input] * c.scales[output][groups ? input / 32 : 0];
                    exact += weight * c.values[row][input];
                    bound += Math.abs(weight) * maximum(c.values[row]) / 127 * 0.501;
                }
                assertEquals(exact, c.result(row, output), bound, row + ", " + output);
            }
        }
    }

    private static double maximum(float[] values) {
        double maximum = 0;
        for (float value : values) {
            maximum = Math.max(maximum, Math.abs(value));
        }
        return maximum;
    }

    @Test
    void zerosStayZerosAndWhatIsNoNumberIsSeenInTheScale() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedRow layout = QuantizedRow.whole(32);
            MemorySegment values = arena.allocate(128);
            MemorySegment row = arena.allocate(layout.stride());
            products.quantize(values.address(), 32, row.address());
            assertEquals(0, row.get(ValueLayout.JAVA_INT, layout.sumOffset(0)));
            assertTrue(Float.isFinite(row.get(ValueLayout.JAVA_FLOAT, layout.scaleOffset(0))));
            for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, 7, value);
                products.quantize(values.address(), 32, row.address());
                assertFalse(Float.isFinite(row.get(ValueLayout.JAVA_FLOAT, layout.scaleOffset(0))));
            }
        }
    }

    @Test
    void sizesThatDoNotFitAreRefusedByValue() {
        for (int inputs : new int[] {0, -32, 33, QuantizedRow.MAX_INPUTS + 32}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> QuantizedRow.whole(inputs));
            assertTrue(refused.toString().contains(Integer.toString(inputs)), refused.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> new QuantizedRow(96, 2));
    }
}
