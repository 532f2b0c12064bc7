package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
    @Test
    void quantisedBlocksAreWhatGgmlMakesOfThem() throws IOException {
        List<String> lines = golden();
        assertEquals(15, lines.size());
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            StoredType type = StoredType.valueOf(parts[0]);
            byte[] block = HexFormat.of().parseHex(parts[1]);
            StoredTensor tensor = tensor(type, block, type.blockElements());
            assertArrayEquals(floats(parts[2]), tensor.floats(), parts[0]);
        }
    }

    @Test
    void anyRangeOfWholeBlocksIsRead() throws IOException {
        for (String name : List.of("Q8_0", "Q6_K")) {
            StringBuilder blocks = new StringBuilder();
            StringBuilder values = new StringBuilder();
            golden().stream()
                    .map(line -> line.split(" ", -1))
                    .filter(p -> p[0].equals(name))
                    .forEach(p -> {
                        blocks.append(p[1]);
                        values.append(p[2]);
                    });
            StoredType type = StoredType.valueOf(name);
            int block = type.blockElements();
            float[] all = floats(values.toString());
            StoredTensor tensor = tensor(type, HexFormat.of().parseHex(blocks), 3, block);
            float[] target = new float[2 * block + 5];
            tensor.read(block, 2 * block, target, 5);
            assertArrayEquals(Arrays.copyOfRange(all, block, 3 * block), Arrays.copyOfRange(target, 5, target.length));
            tensor.read(3L * block, 0, target, 0);
            assertThrows(IllegalArgumentException.class, () -> tensor.read(1, block, target, 0));
            assertThrows(IllegalArgumentException.class, () -> tensor.read(0, block - 1, target, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> tensor.read(2L * block, 2 * block, target, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> tensor.read(0, block, target, target.length - 1));
        }
    }

    @Test
    void plainNumbersAreReadFromAnyElement() {
        byte[] f64 = buffer(16).putDouble(1.5).putDouble(-2).array();
        assertArrayEquals(new float[] {1.5f, -2}, tensor(StoredType.F64, f64, 2).floats());
        byte[] f16 = buffer(6)
                .putShort((short) 0x3c00)
                .putShort((short) 0xc000)
                .putShort((short) 1)
                .array();
        assertArrayEquals(
                new float[] {1, -2, 0x1p-24f}, tensor(StoredType.F16, f16, 3).floats());
        byte[] bf16 =
                buffer(4).putShort((short) 0x3f80).putShort((short) 0xc040).array();
        float[] target = new float[2];
        tensor(StoredType.BF16, bf16, 2).read(1, 1, target, 1);
        assertArrayEquals(new float[] {0, -3}, target);
    }

    @Test
    void numbersThatAreNoneAreFoundByName() {
        float[] values = new float[40_000];
        byte[] bytes = new byte[values.length * Float.BYTES];
        StoredTensor tensor = tensor(StoredType.F32, bytes, values.length);
        assertEquals(tensor, tensor.requireFinite());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 33_333, Float.NaN);
        assertMessage(tensor::requireFinite, "some.file: weight: found NaN at element 33333");
        byte[] infinite = buffer(34).putShort((short) 0x7c00).put((byte) 1).array();
        assertMessage(tensor(StoredType.Q8_0, infinite, 32)::requireFinite, "Infinity at element 0");
    }

    @Test
    void countersAreNoWeights() {
        StoredTensor counter = tensor(StoredType.I64, new byte[8], 1);
        assertMessage(counter::floats, "weight", "found I64", "BF16", "Q6_K");
        assertMessage(counter::requireFinite, "found I64");
        assertThrows(IllegalArgumentException.class, () -> tensor(StoredType.I64, new byte[9], 1));
        assertThrows(ArithmeticException.class, () -> StoredType.F64.bytes(Long.MAX_VALUE / 4));
        assertMessage(() -> tensor(StoredType.I8, new byte[6], 2, 3).require(3, 2), "[2, 3]", "[3, 2]");
    }

    private static StoredTensor tensor(StoredType type, byte[] bytes, int... dimensions) {
        return new StoredTensor(
                Path.of("some.file"), "weight", type, Shape.of(dimensions), MemorySegment.ofArray(bytes));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<String> golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(StoredTensorTest.class.getResourceAsStream("blocks.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    private static float[] floats(String hex) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        float[] values = new float[bytes.capacity() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private static void assertMessage(Runnable action, String... parts) {
        ModelException e = assertThrows(ModelException.class, action::run);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
