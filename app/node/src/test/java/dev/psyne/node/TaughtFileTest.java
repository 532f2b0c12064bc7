package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.TaughtThing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The file of a taught thing, byte by byte; {@code docs/teaching.md} shows the same. */
class TaughtFileTest {
    private static final String HEADER = "{\"model\":\"ab12\",\"name\":\"my mug\",\"pictures\":3,"
            + "\"taughtAt\":1700000000000,\"threshold\":0.875,\"prototypes\":2,\"width\":2}";

    private static TaughtFile file() {
        TaughtThing thing = new TaughtThing(
                "my mug", 3, Instant.ofEpochMilli(1_700_000_000_000L), 0.875, List.of(new float[] {1, 0}, new float[] {
                    0, -1
                }));
        return new TaughtFile("ab12", thing);
    }

    @Test
    void theBytesAreTheDocumentedOnes() {
        String json = HexFormat.of().formatHex(HEADER.getBytes(StandardCharsets.UTF_8));
        String wanted = "5053594e45545431" + "01000000" + "71000000" + json + "0000803f" + "00000000" + "00000000"
                + "000080bf" + "195070e6";
        assertEquals(wanted, HexFormat.of().formatHex(file().toBytes()));
    }

    @Test
    void whatIsWrittenIsRead() {
        TaughtFile read = TaughtFile.parse(file().toBytes());
        assertEquals("ab12", read.model());
        assertEquals("my mug", read.thing().name());
        assertEquals(3, read.thing().pictures());
        assertEquals(1_700_000_000_000L, read.thing().taughtAt().toEpochMilli());
        assertEquals(0.875, read.thing().threshold());
        assertArrayEquals(new float[] {0, -1}, read.thing().prototypes().get(1));
        assertEquals("my-mug.psyne", read.fileName());
    }

    @Test
    void everyChangedByteAndEveryShorterFileIsRefused() {
        byte[] whole = file().toBytes();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            assertThrows(IllegalArgumentException.class, () -> TaughtFile.parse(changed));
            byte[] cut = Arrays.copyOf(whole, i);
            assertThrows(IllegalArgumentException.class, () -> TaughtFile.parse(cut));
        }
    }

    @Test
    void aLyingHeaderIsRefusedEvenWithTheRightChecksum() {
        refused("prototypes is 11", HEADER.replace("\"prototypes\":2", "\"prototypes\":11"));
        refused("not 2 times 8192 numbers", HEADER.replace("\"width\":2", "\"width\":8192"));
        refused("name is null", HEADER.replace("\"name\":\"my mug\",", ""));
        refused("no JSON", HEADER.replace('{', '['));
        refused("cannot be taught", HEADER.replace("my mug", "<b>"));
        refused("number of -1 to 1", HEADER.replace("0.875", "1.5"));
        refused("pictures is 99", HEADER.replace("\"pictures\":3", "\"pictures\":99"));
        refused("taughtAt is", HEADER.replace("1700000000000", "\"now\""));
        refused("length 1", HEADER, Float.NaN);
        refused("length 1", HEADER, 2);
    }

    private static void refused(String why, String header) {
        refused(why, header, 1);
    }

    private static void refused(String why, String header, float first) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(16 + json.length + 16 + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("PSYNETT1".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(json.length);
        bytes.put(json).putFloat(first).putFloat(0).putFloat(0).putFloat(-1);
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), 0, bytes.position());
        bytes.putInt((int) crc.getValue());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> TaughtFile.parse(bytes.array()));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }
}
