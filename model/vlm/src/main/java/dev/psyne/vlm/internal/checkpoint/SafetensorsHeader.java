package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file (github.com/huggingface/safetensors, README, "Format"): eight bytes of length, then a
 * JSON object that gives each tensor a type, a shape and the range of its bytes.
 *
 * <p>The ranges must fill the rest of the file without gap or overlap and agree with the shape. Every sum is checked before
 * it is used. Tensors may lie at any byte: the first writers of the format did not align them.
 */
public final class SafetensorsHeader {
    /** Longest header, in bytes. */
    public static final long MAX_HEADER_BYTES = 16L << 20;

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String METADATA = "__metadata__";
    private static final int MAX_RANK = 8;

    private SafetensorsHeader() {}

    /**
     * One tensor.
     *
     * @param begin first byte, counted from the beginning of the file
     * @param end byte after the last
     */
    public record Entry(StoredType type, Shape shape, long begin, long end) {}

    public static Map<String, Entry> parse(Path file, MemorySegment bytes) {
        if (bytes.byteSize() < Long.BYTES) {
            throw new ModelException(file, "size", bytes.byteSize() + " bytes", "at least " + Long.BYTES);
        }
        long length = bytes.get(LENGTH, 0);
        long available = Math.min(MAX_HEADER_BYTES, bytes.byteSize() - Long.BYTES);
        if (length < 0 || length > available) {
            throw new ModelException(
                    file, "header length", Long.toUnsignedString(length), "at most " + available + " bytes");
        }
        byte[] json = bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        JsonFields header = JsonFields.parse(file, json);
        long dataStart = Long.BYTES + length;
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (String name : header.keys()) {
            JsonFields fields = header.child(name);
            if (name.equals(METADATA)) {
                fields.keys().forEach(fields::text);
            } else {
                entries.put(name, entry(file, name, fields, dataStart, bytes.byteSize() - dataStart));
            }
        }
        requireNoGaps(file, entries, dataStart, bytes.byteSize());
        return entries;
    }

    private static Entry entry(Path file, String name, JsonFields fields, long dataStart, long dataBytes) {
        StoredType type = type(fields);
        Shape shape = shape(file, name, fields);
        long[] range = fields.longPair("data_offsets");
        fields.end();
        if (range[0] > range[1] || range[1] > dataBytes) {
            throw new ModelException(
                    file, name, "bytes " + range[0] + " to " + range[1], "a range in " + dataBytes + " bytes of data");
        }
        long wanted = bytes(file, name, type, shape);
        if (range[1] - range[0] != wanted) {
            throw new ModelException(file, name, range[1] - range[0] + " bytes", wanted + " for " + type + " " + shape);
        }
        return new Entry(type, shape, dataStart + range[0], dataStart + range[1]);
    }

    private static StoredType type(JsonFields fields) {
        String name = fields.text("dtype");
        for (StoredType type : StoredType.values()) {
            if (type.blockElements() == 1 && type.name().equals(name)) {
                return type;
            }
        }
        throw fields.refuse("dtype", name, "a type of safetensors, such as F32, F16 or BF16");
    }

    private static Shape shape(Path file, String name, JsonFields fields) {
        int[] dimensions = fields.integers("shape", 0, MAX_RANK, 0, Integer.MAX_VALUE);
        try {
            return Shape.of(dimensions);
        } catch (IllegalArgumentException e) {
            throw new ModelException(file, name, String.valueOf(e.getMessage()), "a shape that fits memory", e);
        }
    }

    private static long bytes(Path file, String name, StoredType type, Shape shape) {
        try {
            return type.bytes(shape.elements());
        } catch (ArithmeticException e) {
            throw new ModelException(file, name, type + " " + shape, "a tensor that fits memory", e);
        }
    }

    private static void requireNoGaps(Path file, Map<String, Entry> entries, long dataStart, long fileBytes) {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long position = dataStart;
        for (Map.Entry<String, Entry> next : inOrder) {
            if (next.getValue().begin() != position) {
                throw new ModelException(
                        file,
                        next.getKey(),
                        "data from byte " + (next.getValue().begin() - dataStart),
                        "from byte " + (position - dataStart) + ", without gap or overlap");
            }
            position = next.getValue().end();
        }
        if (position != fileBytes) {
            throw new ModelException(file, "size", fileBytes + " bytes", position + " by the header");
        }
    }
}
