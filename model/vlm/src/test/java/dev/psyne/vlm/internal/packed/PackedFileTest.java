package dev.psyne.vlm.internal.packed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.Digests;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes of packed files, and what is said of those that are none. */
class PackedFileTest {
    private static final LinearLayout LAYOUT = LinearLayout.of(WeightType.I8, 2, 4);
    private static final String JSON =
            "{\"rules\":1,\"precision\":\"INT8\",\"sources\":[{\"file\":\"model.safetensors\","
                    + "\"bytesAndModified\":[5,7],\"beginning\":\"ab\"}],\"layers\":[{\"name\":\"a\",\"type\":\"I8\","
                    + "\"scales\":\"PER_OUTPUT\",\"outputs\":2,\"inputs\":4,\"place\":[4096,576]},{\"name\":\"b\","
                    + "\"type\":\"I8\",\"scales\":\"PER_OUTPUT\",\"outputs\":2,\"inputs\":4,\"place\":[4672,576]}]}";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.psyne");
        try (PackedWriter writer = PackedWriter.create(file)) {
            writer.place("a", LAYOUT, memory -> memory.fill((byte) 1));
            writer.place("b", LAYOUT, memory -> memory.fill((byte) 2));
            writer.finish(WeightPrecision.INT8, List.of(new SourceFile("model.safetensors", 5, 7, "ab")));
        }
    }

    @Test
    void theBytesAreThoseOfTheDiagram() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        HexFormat hex = HexFormat.of();
        int directory = 4096 + 2 * 576;
        assertEquals(directory + JSON.length(), bytes.length);
        assertEquals("5053594e45504b31" + "01000000" + "00100000", hex.formatHex(bytes, 0, 16));
        assertEquals("8014000000000000", hex.formatHex(bytes, 24, 32));
        assertEquals(hash(Arrays.copyOfRange(bytes, directory, bytes.length)), hex.formatHex(bytes, 40, 72));
        assertEquals(hash(Arrays.copyOfRange(bytes, 4096, directory)), hex.formatHex(bytes, 72, 104));
        assertEquals(hash(Arrays.copyOf(bytes, 4064)), hex.formatHex(bytes, 4064, 4096));
        assertEquals("01".repeat(576) + "02".repeat(576), hex.formatHex(bytes, 4096, directory));
        assertEquals(JSON, new String(bytes, directory, JSON.length(), StandardCharsets.UTF_8));
        try (Stream<Path> names = Files.list(folder)) {
            assertEquals(List.of(file), names.toList());
        }
    }

    private static String hash(byte[] bytes) {
        return Digests.sha256(MemorySegment.ofArray(bytes));
    }

    @Test
    void layersAreFoundByNameAndLayout() {
        PackedFile packed = PackedFile.open(file);
        packed.verify();
        MemorySegment layer = packed.place("b", LAYOUT, memory -> assertEquals(0, 1));
        assertEquals(LAYOUT.bytes(), layer.byteSize());
        assertEquals(2, layer.get(ValueLayout.JAVA_BYTE, 575));
        assertEquals(0, layer.address() % LinearLayout.ALIGNMENT_BYTES);
        LinearLayout other = LinearLayout.of(WeightType.I8, 4, 2);
        assertThrows(ModelException.class, () -> packed.place("b", other, memory -> {}));
        assertThrows(ModelException.class, () -> packed.place("c", LAYOUT, memory -> {}));
    }

    @ParameterizedTest
    @CsvSource({
        "0, beginning: found",
        "8, version: found",
        "16, SHA-256 of the header",
        "50, SHA-256 of the header",
        "4000, SHA-256 of the header",
        "4070, SHA-256 of the header",
        "5300, SHA-256: found"
    })
    void aChangedBitIsNoticedAtOpening(int at, String message) throws IOException {
        flip(at);
        ModelException refused = assertThrows(ModelException.class, () -> PackedFile.open(file));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }

    @Test
    void aChangedWeightIsNoticedByVerification() throws IOException {
        flip(4100);
        PackedFile packed = PackedFile.open(file);
        assertThrows(ModelException.class, packed::verify);
    }

    private void flip(int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @CsvSource({"0", "100", "4095", "4096", "5000", "5400"})
    void aFileThatWasCutIsRefused(int size) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), size));
        ModelException refused = assertThrows(ModelException.class, () -> PackedFile.open(file));
        assertTrue(String.valueOf(refused.getMessage()).contains("size: found " + size), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "4160, 576, 4672",
        "4097, 576, 9999",
        "0, 576, 9999",
        "4096, 575, 9999",
        "9223372036854775744, 576, 9999"
    })
    void aLayerThatIsNotInTheFileIsRefused(long offset, long bytes, long contentEnd) {
        String json =
                JSON.replace("[4096,576]", "[" + offset + "," + bytes + "]").replace("4672,576", "4096,576");
        byte[] directory = json.getBytes(StandardCharsets.UTF_8);
        assertThrows(ModelException.class, () -> PackedDirectory.parse(file, directory, contentEnd));
    }
}
