package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    private static final int MUTATIONS = 5_000;
    private static final String GOOD = "{'__metadata__':{'a':'b'},'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'y':{'dtype':'I8','shape':[1,3],'data_offsets':[8,11]}}";
    private static final int DATA_BYTES = 11;

    @TempDir
    private Path folder;

    @Test
    void givesTensorsOfTheMapping() throws IOException {
        byte[] bytes = file(GOOD);
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(bytes.length - DATA_BYTES + 4, 2.5f);
        data.put(bytes.length - 1, (byte) -7);
        try (SafetensorsFile file = SafetensorsFile.open(write(bytes))) {
            Tensor x = file.tensor("x", ElementType.F32, Shape.of(2));
            assertEquals(2.5f, x.getFloat(1));
            assertEquals(-7, file.tensor("y", ElementType.I8, Shape.of(1, 3)).getFloat(2));
            assertEquals(5, file.elements());
            assertEquals(bytes.length, file.bytes());
            file.close();
            assertThrows(IllegalStateException.class, () -> x.getFloat(1));
        }
    }

    @Test
    void saysWhichTensorIsNotAsExpected() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(write(file(GOOD)))) {
            assertMessage(() -> file.tensor("x", ElementType.F32, Shape.of(3)), "x", "F32 [2]", "F32 [3]");
            assertMessage(() -> file.tensor("x", ElementType.I8, Shape.of(2)), "x", "F32 [2]", "I8 [2]");
            assertMessage(() -> file.tensor("z", ElementType.I8, Shape.of(2)), "z", "nothing", "I8 [2]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'shape':[2]                | 'shape':[3]                     | 8 bytes",
                "'shape':[2]                | 'shape':[-2]                    | -2",
                "'shape':[2]                | 'shape':[2.5]                   | 2.5",
                "'shape':[2]                | 'shape':[2147483647,2147483647,2147483647,4] | too many",
                "'shape':[2]                | 'shape':[4000000000]            | 4000000000",
                "'shape':[2]                | 'shape':2                       | 2",
                "[0,8]                      | [0,9]                           | 9 bytes",
                "[0,8]                      | [4,8]                           | 4 bytes",
                "[0,8]                      | [8,0]                           | 8 to 0",
                "[0,8]                      | [0,99]                          | 0 to 99",
                "[0,8]                      | [-8,0]                          | -8",
                "[0,8]                      | [9223372036854775800,9223372036854775807] | 9223372036854775800",
                "[0,8]                      | [0,8,9]                         | 3 entries",
                "[8,11]                     | [7,10]                          | without gap",
                "F32                        | F16                             | 4 for F16 [2]",
                "F32                        | Q8_0                            | Q8_0",
                "F32                        | F4                              | a type of safetensors",
                "'dtype':'F32',             | ''                              | nothing",
                "'y':                       | 'x':                            | json",
                "'b'                        | 4                               | a text",
                "}}                         | }                               | json",
                "'data_offsets':[0,8]       | 'data_offsets':[0,8],'extra':1  | extra",
            })
    void refusesABrokenHeader(String from, String to, String message) {
        assertTrue(GOOD.contains(from), from);
        assertMessage(() -> parse(file(GOOD.replace(from, to.equals("''") ? "" : to))), message);
    }

    @Test
    void refusesAFileThatIsNotOne() throws IOException {
        assertMessage(() -> SafetensorsFile.open(folder.resolve("absent")), "absent");
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        assertMessage(() -> SafetensorsFile.open(empty), "0 bytes");
        assertMessage(() -> parse(new byte[7]), "7 bytes");
        assertMessage(() -> parse(ByteBuffer.allocate(9).putLong(0, -1).array()), "header length");
        byte[] tooLong = file(GOOD);
        ByteBuffer.wrap(tooLong).order(ByteOrder.LITTLE_ENDIAN).putLong(0, tooLong.length);
        assertMessage(() -> parse(tooLong), "header length");
        byte[] longer = Arrays.copyOf(file(GOOD), file(GOOD).length + 1);
        assertMessage(() -> parse(longer), "by the header");
    }

    @Test
    void misalignedDataIsReadButNotGivenInPlace() throws IOException {
        Path path = write(bytes(GOOD + " ".repeat(5 - GOOD.length() % 4)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(0, file.tensor("x").floats()[1]);
            assertMessage(() -> file.tensor("x", ElementType.F32, Shape.of(2)), "x", "a multiple of 4");
        }
    }

    @Test
    void mutationsAreReadOrRefused() {
        byte[] good = file(GOOD);
        Random random = new Random(21);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(8) == 0 ? random.nextInt(good.length) : good.length);
            for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = mutation(random);
            }
            try {
                for (SafetensorsHeader.Entry entry : SafetensorsHeader.parse(
                                Path.of("fuzz"), MemorySegment.ofArray(bytes))
                        .values()) {
                    assertTrue(entry.begin() >= 0 && entry.end() <= bytes.length && entry.begin() <= entry.end());
                }
            } catch (ModelException e) {
                refused++;
            }
        }
        assertTrue(refused > MUTATIONS / 2, refused + " refused");
    }

    private static byte mutation(Random random) {
        String interesting = "{}[]:,'\"0189-.eE\\xF32I8";
        return random.nextBoolean()
                ? (byte) interesting.charAt(random.nextInt(interesting.length()))
                : (byte) random.nextInt(256);
    }

    private static void parse(byte[] bytes) {
        SafetensorsHeader.parse(Path.of("some.safetensors"), MemorySegment.ofArray(bytes));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some.safetensors"), bytes);
    }

    /** A file with this header, filled up with spaces to eight bytes, and zeros as data. */
    private static byte[] file(String header) {
        return bytes(header + " ".repeat((Long.BYTES - header.length() % Long.BYTES) % Long.BYTES));
    }

    /** A file with exactly this header, its quotes changed to double ones. */
    private static byte[] bytes(String header) {
        byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + DATA_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static void assertMessage(Runnable action, String... parts) {
        ModelException e = assertThrows(ModelException.class, action::run);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
