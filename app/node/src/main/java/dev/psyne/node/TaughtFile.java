package dev.psyne.node;

import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.TaughtThing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A taught thing as a file, little endian; {@code docs/teaching.md} has the same.
 *
 * <pre>
 *    0  "PSYNETT1"                                    8 bytes
 *    8  version, 1                                    u32
 *   12  bytes of the JSON header, n                   u32
 *   16  {"model", "name", "pictures", "taughtAt", "threshold", "prototypes", "width"}
 * 16+n  prototypes, one after the other               F32
 *       CRC-32 of all bytes before                    u32
 * </pre>
 *
 * @param model SHA-256 of the weights of the model that was taught, in hexadecimal
 */
record TaughtFile(String model, TaughtThing thing) {
    /** Largest file, in bytes: the most and widest prototypes, and the header. */
    static final int MAX_BYTES = 16 + 4096 + TaughtThing.MAX_PROTOTYPES * TaughtThing.MAX_WIDTH * Float.BYTES + 4;

    private static final String MAGIC = "PSYNETT1";
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int HEADER_BYTES_OFFSET = 12;
    private static final int HEADER_OFFSET = 16;
    private static final int MAX_HEADER_BYTES = 4096;
    private static final int CRC_BYTES = Integer.BYTES;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    byte[] toBytes() {
        List<float[]> prototypes = thing.prototypes();
        byte[] header = new JsonMapper()
                .createObjectNode()
                .put("model", model)
                .put("name", thing.name())
                .put("pictures", thing.pictures())
                .put("taughtAt", thing.taughtAt().toEpochMilli())
                .put("threshold", thing.threshold())
                .put("prototypes", prototypes.size())
                .put("width", thing.width())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        int end = HEADER_OFFSET + header.length + prototypes.size() * thing.width() * Float.BYTES;
        byte[] bytes = new byte[end + CRC_BYTES];
        MemorySegment file = MemorySegment.ofArray(bytes);
        MemorySegment.copy(
                MemorySegment.ofArray(MAGIC.getBytes(StandardCharsets.US_ASCII)), 0, file, 0, VERSION_OFFSET);
        file.set(INT, VERSION_OFFSET, VERSION);
        file.set(INT, HEADER_BYTES_OFFSET, header.length);
        MemorySegment.copy(MemorySegment.ofArray(header), 0, file, HEADER_OFFSET, header.length);
        long at = HEADER_OFFSET + header.length;
        for (float[] prototype : prototypes) {
            for (float value : prototype) {
                file.set(FLOAT, at, value);
                at += Float.BYTES;
            }
        }
        file.set(INT, end, crc(bytes, end));
        return bytes;
    }

    /** What it is called when it is given away. */
    String fileName() {
        return thing.name().replace(' ', '-') + ".psyne";
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Reads a file's bytes.
     *
     * @throws IllegalArgumentException if they are no such file, or a damaged one; the message says what is wrong
     */
    static TaughtFile parse(byte[] bytes) {
        int end = bytes.length - CRC_BYTES;
        MemorySegment file = MemorySegment.ofArray(bytes);
        String magic = new String(bytes, 0, Math.min(bytes.length, VERSION_OFFSET), StandardCharsets.ISO_8859_1);
        if (!magic.equals(MAGIC)) {
            throw new IllegalArgumentException("it is no file of a taught thing");
        }
        if (end < HEADER_OFFSET || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("it has " + bytes.length + " bytes, which no taught thing has");
        }
        int version = file.get(INT, VERSION_OFFSET);
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "it has version " + version + ", and only " + VERSION + " is known here");
        }
        if (file.get(INT, end) != crc(bytes, end)) {
            throw new IllegalArgumentException("it is damaged: its checksum is another");
        }
        int headerBytes = file.get(INT, HEADER_BYTES_OFFSET);
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES || headerBytes > end - HEADER_OFFSET) {
            throw new IllegalArgumentException("its header has " + headerBytes + " bytes");
        }
        JsonNode header = header(new String(bytes, HEADER_OFFSET, headerBytes, StandardCharsets.UTF_8));
        int count = integer(header, "prototypes", TaughtThing.MAX_PROTOTYPES);
        int width = integer(header, "width", TaughtThing.MAX_WIDTH);
        int start = HEADER_OFFSET + headerBytes;
        if (end - start != count * width * Float.BYTES) {
            throw new IllegalArgumentException(
                    "it has " + (end - start) + " bytes of prototypes, not " + count + " times " + width + " numbers");
        }
        return new TaughtFile(
                text(header, "model"),
                new TaughtThing(
                        text(header, "name"),
                        integer(header, "pictures", Lessons.MAX_PICTURES),
                        Instant.ofEpochMilli(number(header, "taughtAt").longValue()),
                        number(header, "threshold").doubleValue(),
                        prototypes(file, start, count, width)));
    }

    private static List<float[]> prototypes(MemorySegment file, int start, int count, int width) {
        List<float[]> prototypes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] prototype = new float[width];
            for (int k = 0; k < width; k++) {
                prototype[k] = file.get(FLOAT, start + ((long) i * width + k) * Float.BYTES);
            }
            prototypes.add(prototype);
        }
        return prototypes;
    }

    private static JsonNode header(String json) {
        try {
            return new JsonMapper().readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("its header is no JSON", e);
        }
    }

    private static int integer(JsonNode header, String key, int most) {
        JsonNode node = header.get(key);
        if (node == null || !node.isInt() || node.intValue() < 1 || node.intValue() > most) {
            throw new IllegalArgumentException("its header's " + key + " is " + node + ", not 1 to " + most);
        }
        return node.intValue();
    }

    private static Number number(JsonNode header, String key) {
        JsonNode node = header.get(key);
        if (node == null || !node.isNumber()) {
            throw new IllegalArgumentException("its header's " + key + " is " + node + ", not a number");
        }
        return node.numberValue();
    }

    private static String text(JsonNode header, String key) {
        JsonNode node = header.get(key);
        if (node == null || !node.isString()) {
            throw new IllegalArgumentException("its header's " + key + " is " + node + ", not a text");
        }
        return node.stringValue();
    }
}
