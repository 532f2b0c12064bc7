package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void viewsShareMemory() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensor.allocate(arena, ElementType.F32, Shape.of(4, 3));
            for (int i = 0; i < 12; i++) {
                tensor.setFloat(i, i);
            }
            Tensor middle = tensor.slice(1, 2);
            assertEquals(Shape.of(2, 3), middle.shape());
            assertEquals(3, middle.getFloat(0));
            middle.setFloat(5, 100);
            assertEquals(100, tensor.getFloat(8));
            assertEquals(100, tensor.reshape(Shape.of(2, 6)).getFloat(8));
            float[] copy = new float[7];
            middle.copyTo(copy, 1);
            assertArrayEquals(new float[] {0, 3, 4, 5, 6, 7, 100}, copy);
            middle.copyFrom(copy, 0);
            assertEquals(0, tensor.getFloat(3));
        }
    }

    @Test
    void holdsSignedBytes() {
        Tensor tensor = Tensor.of(MemorySegment.ofArray(new byte[4]), ElementType.I8, Shape.of(2, 2));
        tensor.setFloat(3, -128);
        assertEquals(-128, tensor.getFloat(3));
        assertThrows(IllegalArgumentException.class, () -> tensor.setFloat(0, 128));
        assertThrows(IllegalArgumentException.class, () -> tensor.setFloat(0, 0.5f));
        assertThrows(IllegalArgumentException.class, () -> tensor.copyTo(new float[4], 0));
    }

    @Test
    void checksBounds() {
        MemorySegment memory = MemorySegment.ofArray(new byte[24]);
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(memory, ElementType.F32, Shape.of(7)));
        Tensor tensor = Tensor.of(memory, ElementType.F32, Shape.of(5));
        assertEquals(20, tensor.segment().byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(5));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.slice(3, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.slice(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> tensor.reshape(Shape.of(6)));
    }

    @Test
    void cannotBeUsedAfterItsRegionIsClosed() {
        Region region = Region.anonymous(64);
        Tensor tensor = Tensor.allocate(region, ElementType.F32, Shape.of(16));
        tensor.setFloat(15, 1);
        region.close();
        assertThrows(IllegalStateException.class, () -> tensor.getFloat(15));
    }
}
