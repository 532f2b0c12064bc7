package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @CsvSource({
        "F32, -0.1, -0.1, 4",
        "U8, 255, 255, 1",
        "I16, -32768, -32768, 2",
        "F16, 65504, 65504, 2",
        "F16, 0.1, 0.099975586, 2",
        "BF16, 1.00390625, 1, 2",
        "BF16, 1.01171875, 1.015625, 2",
        "BF16, -3.4028235e38, -Infinity, 2",
        "BF16, NaN, NaN, 2"
    })
    void holdsWhatAFloatHolds(ElementType type, float value, float stored, int bytes) {
        Tensor tensor = Tensor.of(MemorySegment.ofArray(new byte[24]), type, Shape.of(3));
        tensor.setFloat(1, value);
        assertEquals(stored, tensor.getFloat(1));
        assertEquals(0, tensor.getFloat(0));
        assertEquals(0, tensor.getFloat(2));
        assertEquals(3L * bytes, tensor.segment().byteSize());
    }

    @ParameterizedTest
    @CsvSource({"U8, -1", "U8, 256", "U8, 0.5", "U8, NaN", "I16, 32768", "I16, -32769"})
    void refusesWhatATypeDoesNotHold(ElementType type, float value) {
        Tensor tensor = Tensor.of(MemorySegment.ofArray(new byte[8]), type, Shape.of(3));
        assertThrows(IllegalArgumentException.class, () -> tensor.setFloat(0, value));
    }

    @ParameterizedTest
    @CsvSource({"I32, 4", "I64, 8", "F64, 8", "BOOL, 1"})
    void elementsThatNoFloatHoldsAreForTheSegment(ElementType type, int bytes) {
        Tensor tensor = Tensor.of(MemorySegment.ofArray(new byte[16]), type, Shape.of(2));
        assertEquals(bytes, type.bytes());
        assertThrows(IllegalArgumentException.class, () -> tensor.getFloat(0));
        assertThrows(IllegalArgumentException.class, () -> tensor.setFloat(0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void aTypeIsFoundByItsCode(ElementType type) {
        assertEquals(type, ElementType.ofCode(type.code()));
        assertEquals(type.ordinal() + 1, type.code());
        assertThrows(IllegalArgumentException.class, () -> ElementType.ofCode(0));
        assertThrows(IllegalArgumentException.class, () -> ElementType.ofCode(ElementType.values().length + 1));
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
