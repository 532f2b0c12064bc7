package dev.psyne.telemetry;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where everything stands in the region of {@link Meters}. All integers are little endian.
 *
 * <pre>
 *          0         8         12         16          20            256
 *         +---------+---------+----------+-----------+-------------+
 *  header | magic   | version | capacity | published | unused (0)  |
 *         +---------+---------+----------+-----------+-------------+
 *
 *          0         8      12            16           64            256
 *         +---------+------+-------------+------------+-------------+
 *  cell i | value   | kind | seriesBytes | unused (0) | series      |   at 256 + 256 i, i &lt; capacity
 *         +---------+------+-------------+------------+-------------+
 * </pre>
 *
 * {@code series} is a name with its labels as Prometheus writes them, in UTF-8. A reader takes {@code published} with
 * acquire and then finds that many complete cells; only their values still change. Two values are 256 bytes apart, and what
 * lies between them is never written again, so that no two meters share a cache line or the pair that processors
 * prefetch.
 */
final class MetersLayout {
    /** "PSYMETER" read as a little-endian integer. */
    static final long MAGIC = 0x5245_5445_4D59_5350L;

    static final int VERSION = 1;
    static final int HEADER_BYTES = 256;
    static final int CELL_BYTES = 256;
    static final int ALIGNMENT = 256;

    static final long MAGIC_OFFSET = 0;
    static final long VERSION_OFFSET = 8;
    static final long CAPACITY_OFFSET = 12;
    static final long PUBLISHED_OFFSET = 16;

    static final long VALUE_OFFSET = 0;
    static final long KIND_OFFSET = 8;
    static final long SERIES_BYTES_OFFSET = 12;
    static final long SERIES_OFFSET = 64;
    static final int MAX_SERIES_BYTES = CELL_BYTES - (int) SERIES_OFFSET;

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A cell's value, by segment and offset. */
    static final VarHandle VALUE = LONG.varHandle();

    private static final VarHandle PUBLISHED = INT.varHandle();

    private MetersLayout() {}

    static long regionBytes(int capacity) {
        return HEADER_BYTES + (long) capacity * CELL_BYTES;
    }

    static void writeHeader(MemorySegment region, int capacity) {
        region.set(LONG, MAGIC_OFFSET, MAGIC);
        region.set(INT, VERSION_OFFSET, VERSION);
        region.set(INT, CAPACITY_OFFSET, capacity);
    }

    static int published(MemorySegment region) {
        return (int) PUBLISHED.getAcquire(region, PUBLISHED_OFFSET);
    }

    /** Writes the next cell and publishes it; one thread at a time, and only below the capacity. */
    static MemorySegment append(MemorySegment region, MeterKind kind, byte[] series) {
        int index = published(region);
        MemorySegment cell = region.asSlice(HEADER_BYTES + (long) index * CELL_BYTES, CELL_BYTES);
        cell.set(INT, KIND_OFFSET, kind.code());
        cell.set(INT, SERIES_BYTES_OFFSET, series.length);
        MemorySegment.copy(series, 0, cell, ValueLayout.JAVA_BYTE, SERIES_OFFSET, series.length);
        PUBLISHED.setRelease(region, PUBLISHED_OFFSET, index + 1);
        return cell;
    }

    /**
     * The bytes of a series as a cell holds it.
     *
     * @throws IllegalArgumentException if they are more than a cell has room for
     */
    static byte[] encode(String series) {
        byte[] bytes = series.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_SERIES_BYTES) {
            throw new IllegalArgumentException("the meter " + series + " has " + bytes.length
                    + " bytes of name and labels; it may have " + MAX_SERIES_BYTES);
        }
        return bytes;
    }

    /**
     * All figures of a region somebody else may be writing, or have left half written.
     *
     * @throws IllegalArgumentException naming the field that makes it none of this version
     */
    static Map<String, Long> read(String name, MemorySegment region) {
        check(name, "size", region.byteSize() >= HEADER_BYTES, region.byteSize());
        check(name, "magic", region.get(LONG, MAGIC_OFFSET) == MAGIC, region.get(LONG, MAGIC_OFFSET));
        check(name, "version", region.get(INT, VERSION_OFFSET) == VERSION, region.get(INT, VERSION_OFFSET));
        int published = published(region);
        boolean fits = published >= 0 && regionBytes(published) <= region.byteSize();
        check(name, "number of meters", fits, published);
        Map<String, Long> figures = new LinkedHashMap<>();
        for (int index = 0; index < published; index++) {
            MemorySegment cell = region.asSlice(HEADER_BYTES + (long) index * CELL_BYTES, CELL_BYTES);
            int length = cell.get(INT, SERIES_BYTES_OFFSET);
            check(name, "length of series " + index, length >= 0 && length <= MAX_SERIES_BYTES, length);
            byte[] series = cell.asSlice(SERIES_OFFSET, length).toArray(ValueLayout.JAVA_BYTE);
            figures.put(new String(series, StandardCharsets.UTF_8), (long) VALUE.getVolatile(cell, VALUE_OFFSET));
        }
        return figures;
    }

    private static void check(String name, String field, boolean isRight, long found) {
        if (!isRight) {
            throw new IllegalArgumentException(
                    name + " holds no meters of version " + VERSION + ": its " + field + " is " + found);
        }
    }
}
