package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    private static final int F32 = 0;
    private static final int Q8_0 = 8;
    private static final int MUTATIONS = 5_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void givesTensorsAndMetadata(int version) throws IOException {
        Path path = write(good(version).array());
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertEquals(Set.of("a", "b"), checkpoint.names());
            assertEquals(Shape.of(2, 3), checkpoint.tensor("a").shape());
            assertArrayEquals(
                    new float[] {1, 2, 3, 4, 5, 6}, checkpoint.tensor("a").floats());
            StoredTensor b = checkpoint.tensor("b");
            assertEquals(StoredType.Q8_0, b.type());
            assertEquals(-3f, b.floats()[31]);
            assertMessage(() -> checkpoint.tensor("c"), "c: found nothing");
            GgufMetadata metadata = ((GgufFile) checkpoint).metadata();
            assertEquals("llama", metadata.text("general.architecture"));
            assertEquals(64, metadata.integer("general.alignment", 1, 128));
        }
    }

    @Test
    void readsValuesOfEveryType() {
        GgufMetadata metadata = everyType();
        assertEquals(14, metadata.keys().size());
        assertEquals(255, metadata.integer("u8", 0, 255));
        assertEquals(-1, metadata.integer("i8", -1, 0));
        assertEquals(65535, metadata.integer("u16", 0, 1 << 16));
        assertEquals(-1, metadata.integer("i16", -1, 0));
        assertEquals(0xffff_ffffL, (long) metadata.number("u32", 0, 1e12));
        assertEquals(-1, metadata.integer("i32", -1, 0));
        assertEquals(0.5, metadata.number("f32", 0, 1));
        assertTrue(metadata.flag("bool", false));
        assertEquals("é", metadata.text("text"));
        assertEquals(5, metadata.integer("u64", 0, 9));
        assertEquals(0.25, metadata.number("f64", 0, 1));
        assertArrayEquals(new long[] {1, -2}, metadata.integers("numbers"));
        assertArrayEquals(new double[] {1, -2}, metadata.numbers("numbers"));
        assertArrayEquals(new double[] {1, 2}, metadata.numbers("floats"));
        assertEquals(7, metadata.integer("absent", 0, 9, 7));
        assertEquals("x", metadata.text("absent", "x"));
        assertFalse(metadata.has("absent"));
        assertMessage(() -> metadata.integer("u8", 0, 9), "u8: found 255, expected a whole number of 0 to 9");
        assertMessage(() -> metadata.text("absent"), "absent: found nothing");
        assertMessage(() -> metadata.texts("numbers"), "an array of 2 whole numbers");
        assertMessage(() -> metadata.flag("text", true), "'é'");
    }

    /** A key of each type there is. */
    private static GgufMetadata everyType() {
        GgufBytes numbers = GgufBytes.header(3, 0, 14);
        numbers.string("u8").u32(0).u8(255);
        numbers.string("i8").u32(1).u8(255);
        numbers.string("u16").u32(2).bytes((byte) 255, (byte) 255);
        numbers.string("i16").u32(3).bytes((byte) 255, (byte) 255);
        numbers.string("u32").u32(4).u32(-1);
        numbers.string("i32").u32(5).u32(-1);
        numbers.string("f32").u32(6).f32(0.5f);
        numbers.string("bool").u32(7).u8(1);
        numbers.text("text", "é");
        numbers.string("u64").u32(10).u64(5);
        numbers.string("f64").u32(12).u64(Double.doubleToLongBits(0.25));
        numbers.numbers("numbers", List.of(1, -2));
        numbers.string("nested").u32(9).u32(9).u64(1).u32(6).u64(1).f32(2);
        numbers.string("floats").u32(9).u32(6).u64(2).f32(1).f32(2);
        MemorySegment bytes = MemorySegment.ofArray(numbers.align(32).array());
        return GgufHeader.parse(Path.of("m.gguf"), bytes).metadata();
    }

    @Test
    void refusesWhatIsNoSuchFile() throws IOException {
        refused(new GgufBytes().u32(0x12345678).array(), "magic");
        refused(GgufBytes.header(1, 0, 0).array(), "version: found 1");
        refused(GgufBytes.header(Integer.reverseBytes(3), 0, 0).array(), "big endian");
        refused(GgufBytes.header(3, -1, 0).array(), "count of tensors: found a count of 18446744073709551615");
        refused(GgufBytes.header(3, 0, Long.MAX_VALUE).array(), "count of keys");
        assertMessage(() -> GgufFile.open(folder.resolve("absent.gguf")), "absent.gguf");
        Path empty = Files.write(folder.resolve("empty.gguf"), new byte[0]);
        assertMessage(() -> GgufFile.open(empty), "0 bytes");
    }

    @Test
    void refusesMetadataThatLies() {
        refused(GgufBytes.header(3, 0, 1).string("k").u32(13).u64(0).array(), "k: found type 13");
        refused(GgufBytes.header(3, 0, 1).string("k").u32(7).u8(2).u64(0).array(), "k: found the byte 2");
        refused(GgufBytes.header(3, 0, 1).string("k").u32(8).u64(Long.MAX_VALUE).array(), "k: found a count");
        refused(
                GgufBytes.header(3, 0, 1)
                        .string("k")
                        .u32(9)
                        .u32(4)
                        .u64(1L << 40)
                        .array(),
                "k: found a count");
        refused(GgufBytes.header(3, 0, 1).string("k").u32(9).u32(99).u64(1).array(), "k: found elements of type 99");
        refused(GgufBytes.header(3, 0, 1).string("k").u32(10).u64(-1).array(), "k: found 18446744073709551615");
        refused(GgufBytes.header(3, 0, 1).string("k").u32(8).u64(1).u8(255).array(), "no UTF-8");
        refused(GgufBytes.header(3, 0, 2).number("k", 1).number("k", 2).array(), "k: found this key again");
        GgufBytes deep = GgufBytes.header(3, 0, 1).string("k").u32(9);
        for (int i = 0; i < 6; i++) {
            deep.u32(9).u64(1);
        }
        refused(deep.u32(4).u64(1).u32(0).array(), "arrays inside each other");
        refused(GgufBytes.header(3, 0, 1).number("general.alignment", 48).array(), "a power of two");
    }

    @Test
    void refusesTensorsThatLie() {
        refused(one(F32, 0, 3, 1), "b: found bytes 0 and 12 more", "8 bytes of data");
        refused(one(F32, 8, 2), "b: found offset 8");
        refused(one(F32, 32, 2), "b: found data from byte 32");
        refused(one(F32, -32, 2), "b: found offset 18446744073709551584");
        refused(one(F32, 0, Long.MAX_VALUE), "dimension 9223372036854775807");
        refused(one(F32, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, 4, 1), "fits memory");
        refused(one(F32, 0), "b: found 0 dimensions");
        refused(one(F32, 0, 1, 1, 1, 1, 1), "b: found 5 dimensions");
        refused(one(Q8_0, 0, 33), "Q8_0 rows of 33");
        refused(one(3, 0, 32), "b: found Q4_1", "Q4_K");
        refused(one(99, 0, 32), "b: found type 99");
        byte[] longer = Arrays.copyOf(one(F32, 0, 2), one(F32, 0, 2).length + 32);
        refused(longer, "size: found");
        byte[] twice = GgufBytes.header(3, 2, 0)
                .tensor("b", F32, 0, 1)
                .tensor("b", F32, 32, 1)
                .array();
        refused(twice, "b: found this tensor again");
        byte[] over = GgufBytes.header(3, 2, 0)
                .tensor("a", F32, 0, 9)
                .tensor("b", F32, 32, 1)
                .align(32)
                .bytes(new byte[64])
                .array();
        refused(over, "b: found data from byte 32, expected from byte 64");
    }

    @Test
    void anyCutIsRefused() {
        byte[] bytes = good(3).array();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(ModelException.class, () -> parse(cut), "cut to " + length);
        }
    }

    @Test
    void mutationsAreReadOrRefused() {
        byte[] good = good(3).array();
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(random.nextBoolean() ? bytes.length : 64)] = (byte) random.nextInt(256);
            }
            try {
                parse(bytes)
                        .entries()
                        .values()
                        .forEach(entry ->
                                assertTrue(entry.begin() >= 0 && entry.begin() + entry.bytes() <= bytes.length));
            } catch (ModelException e) {
                refused++;
            }
        }
        assertTrue(refused > MUTATIONS / 4, refused + " refused");
    }

    private static GgufBytes good(int version) {
        GgufBytes bytes = GgufBytes.header(version, 2, 2)
                .text("general.architecture", "llama")
                .number("general.alignment", 64)
                .tensor("a", F32, 0, 3, 2)
                .tensor("b", Q8_0, 64, 32)
                .align(64);
        for (int i = 1; i <= 6; i++) {
            bytes.f32(i);
        }
        byte[] quantised = new byte[32];
        quantised[31] = -6;
        return bytes.align(64).bytes((byte) 0, (byte) 0x38).bytes(quantised);
    }

    /** A file with one tensor and eight bytes of data. */
    private static byte[] one(int type, long offset, long... dimensions) {
        return GgufBytes.header(3, 1, 0)
                .tensor("b", type, offset, dimensions)
                .align(32)
                .bytes(new byte[8])
                .array();
    }

    private static GgufHeader.Content parse(byte[] bytes) {
        return GgufHeader.parse(Path.of("some.gguf"), MemorySegment.ofArray(bytes));
    }

    private static void refused(byte[] bytes, String... parts) {
        assertMessage(() -> parse(bytes), parts);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some.gguf"), bytes);
    }

    private static void assertMessage(Runnable action, String... parts) {
        ModelException e = assertThrows(ModelException.class, action::run);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
