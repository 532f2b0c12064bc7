package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void countsElementsAndBytes() {
        Shape shape = Shape.of(3, 4, 5);
        assertEquals(60, shape.elements());
        assertEquals(240, shape.bytes(ElementType.F32));
        assertEquals(60, shape.bytes(ElementType.I8));
        assertEquals(1, Shape.of().elements());
        assertEquals(0, Shape.of(7, 0).elements());
    }

    @Test
    void isNotChangedThroughTheCallersArray() {
        int[] dimensions = {2, 3};
        Shape shape = Shape.of(dimensions);
        dimensions[0] = 9;
        shape.dimensions()[1] = 9;
        assertEquals(Shape.of(2, 3), shape);
        assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
    }

    @Test
    void refusesNegativeDimensionsAndOverflow() {
        assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
        int large = Integer.MAX_VALUE;
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Shape.of(large, large, large));
        assertTrue(String.valueOf(e.getMessage()).contains("2147483647"), () -> "message: " + e.getMessage());
        Shape elementsFit = Shape.of(large, large, 2);
        assertThrows(IllegalArgumentException.class, () -> elementsFit.bytes(ElementType.F32));
    }
}
