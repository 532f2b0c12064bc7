package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a GGUF file, versions 2 and 3, little endian (ggml, {@code docs/gguf.md}).
 *
 * <pre>
 * | "GGUF" | version u32 | tensors u64 | keys u64 | keys and values | tensors | zeros | data |
 * a tensor: | name | dimensions u32 | each dimension u64, innermost first | type u32 | offset in the data u64 |
 * </pre>
 *
 * <p>The data begins at a multiple of {@code general.alignment}, as does each tensor in it; between two tensors there is no
 * more than that takes, and no tensor lies over another.
 */
final class GgufHeader {
    /** Most tensors. */
    static final long MAX_TENSORS = 1 << 16;

    private static final int MAGIC = 0x46554747;
    private static final int FIRST_VERSION = 2;
    private static final int LAST_VERSION = 3;
    private static final int MAX_RANK = 4;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MIN_TENSOR_BYTES = 8 + 4 + 4 + 8;
    private static final String ALIGNMENT = "general.alignment";
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 20;

    private final Path file;
    private final GgufCursor cursor;

    private GgufHeader(Path file, GgufCursor cursor) {
        this.file = file;
        this.cursor = cursor;
    }

    /**
     * One tensor.
     *
     * @param begin first byte, counted from the beginning of the file
     */
    record Entry(StoredType type, Shape shape, long begin, long bytes) {}

    record Content(GgufMetadata metadata, Map<String, Entry> entries) {}

    static Content parse(Path file, MemorySegment bytes) {
        return new GgufHeader(file, new GgufCursor(file, bytes)).read(bytes.byteSize());
    }

    private Content read(long fileBytes) {
        int magic = cursor.readInt("magic");
        if (magic != MAGIC) {
            throw new ModelException(file, "magic", String.format("%08x", magic), "GGUF");
        }
        int version = cursor.readInt("version");
        if (version < FIRST_VERSION || version > LAST_VERSION) {
            boolean big = Integer.reverseBytes(version) > 0 && Integer.reverseBytes(version) <= LAST_VERSION;
            throw new ModelException(
                    file,
                    "version",
                    big ? "one in big endian" : Integer.toUnsignedString(version),
                    "2 or 3, little endian");
        }
        long tensors = cursor.readCount("count of tensors", MAX_TENSORS, MIN_TENSOR_BYTES);
        GgufMetadata metadata = GgufValues.read(cursor, cursor.readLong("count of keys"));
        int alignment = metadata.integer(ALIGNMENT, 1, MAX_ALIGNMENT, DEFAULT_ALIGNMENT);
        if (Integer.bitCount(alignment) != 1) {
            throw metadata.refuse(ALIGNMENT, "a power of two");
        }
        Map<String, Entry> relative = new LinkedHashMap<>();
        for (long i = 0; i < tensors; i++) {
            String name = cursor.readString("name of tensor " + i, MAX_NAME_BYTES);
            if (relative.putIfAbsent(name, entry(name, alignment)) != null) {
                throw new ModelException(file, name, "this tensor again", "each name once");
            }
        }
        return new Content(metadata, placed(relative, alignment, fileBytes));
    }

    private Entry entry(String name, int alignment) {
        int rank = cursor.readInt(name);
        if (rank < 1 || rank > MAX_RANK) {
            throw new ModelException(file, name, Integer.toUnsignedString(rank) + " dimensions", "1 to " + MAX_RANK);
        }
        int[] dimensions = new int[rank];
        for (int i = rank - 1; i >= 0; i--) {
            long dimension = cursor.readLong(name);
            if (dimension < 0 || dimension > Integer.MAX_VALUE) {
                throw new ModelException(
                        file, name, "dimension " + Long.toUnsignedString(dimension), "0 to " + Integer.MAX_VALUE);
            }
            dimensions[i] = (int) dimension;
        }
        StoredType type = GgufTypes.type(file, name, cursor.readInt(name));
        long offset = cursor.readLong(name);
        if (offset < 0 || offset % alignment != 0) {
            throw new ModelException(
                    file, name, "offset " + Long.toUnsignedString(offset), "a multiple of " + alignment);
        }
        return entry(name, type, dimensions, offset);
    }

    private Entry entry(String name, StoredType type, int[] dimensions, long offset) {
        if (dimensions[dimensions.length - 1] % type.blockElements() != 0) {
            throw new ModelException(
                    file,
                    name,
                    type + " rows of " + dimensions[dimensions.length - 1],
                    "a multiple of " + type.blockElements());
        }
        try {
            Shape shape = Shape.of(dimensions);
            return new Entry(type, shape, offset, type.bytes(shape.elements()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelException(
                    file, name, type + " " + Arrays.toString(dimensions), "a tensor that fits memory", e);
        }
    }

    /** The tensors where they lie in the file; refuses gaps, overlaps and a file of another size. */
    private Map<String, Entry> placed(Map<String, Entry> relative, int alignment, long fileBytes) {
        long start = aligned(cursor.at(), alignment);
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(relative.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().bytes()));
        long end = 0;
        for (Map.Entry<String, Entry> next : inOrder) {
            Entry entry = next.getValue();
            if (entry.begin() != aligned(end, alignment)) {
                throw new ModelException(
                        file,
                        next.getKey(),
                        "data from byte " + entry.begin(),
                        "from byte " + aligned(end, alignment) + ", without gap or overlap");
            }
            if (entry.bytes() > fileBytes - start - entry.begin()) {
                throw new ModelException(
                        file,
                        next.getKey(),
                        "bytes " + entry.begin() + " and " + entry.bytes() + " more",
                        "a range in " + Math.max(0, fileBytes - start) + " bytes of data");
            }
            end = entry.begin() + entry.bytes();
        }
        if (fileBytes > aligned(start + end, alignment)) {
            throw new ModelException(file, "size", fileBytes + " bytes", (start + end) + " by the header");
        }
        Map<String, Entry> placed = new LinkedHashMap<>();
        relative.forEach((name, entry) ->
                placed.put(name, new Entry(entry.type(), entry.shape(), start + entry.begin(), entry.bytes())));
        return placed;
    }

    private static long aligned(long position, int alignment) {
        return position + alignment - 1 & -(long) alignment;
    }
}
