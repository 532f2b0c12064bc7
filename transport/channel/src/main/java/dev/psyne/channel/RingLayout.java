package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where everything stands in the region of a ring. All integers are little endian.
 *
 * <pre>
 *    0         8         12          16         24          128      136          256      264        4096
 *   +---------+---------+-----------+----------+-----------+--------+------------+--------+----------+------ ... -+
 *   | magic   | version | unused(0) | capacity | unused(0) | tail   | unused (0) | head   | unused(0)| data       |
 *   +---------+---------+-----------+----------+-----------+--------+------------+--------+----------+------ ... -+
 * </pre>
 *
 * {@code tail} counts the bytes ever written, {@code head} the bytes ever read; both only grow, and a position modulo the
 * capacity (a power of two) is its place in the data. The sender alone writes the tail, the receiver alone the head, each
 * on a pair of cache lines of its own. Bytes 384 to 391 are kept for a doorbell between processes.
 *
 * <pre>
 *    0            4           8                     8 + length    a multiple of 8
 *   +------------+-----------+---------------------+-------------+
 *   | length     | 0         | message             | undefined   |   a record, at a multiple of 8
 *   +------------+-----------+---------------------+-------------+
 *   | -1         | 0         | undefined, up to the end of the data |   padding, where a record would not fit
 *   +------------+-----------+--------------------------------------+
 * </pre>
 *
 * A record never wraps, so that a message is one piece. With its header it takes at most half the data: the padding before
 * it is then less than the other half, and an empty ring has room for every message wherever its positions stand.
 */
final class RingLayout {
    /** "PSYNRING" read as a little-endian integer. */
    static final long MAGIC = 0x474E_4952_4E59_5350L;

    static final int VERSION = 1;
    static final long MAGIC_OFFSET = 0;
    static final long VERSION_OFFSET = 8;
    static final long CAPACITY_OFFSET = 16;
    static final long TAIL_OFFSET = 128;
    static final long HEAD_OFFSET = 256;
    static final long DATA_OFFSET = 4096;

    /** Alignment in bytes of the region: a page, so that the data starts on one. */
    static final long ALIGNMENT = 4096;

    static final int RECORD_HEADER_BYTES = 8;
    static final int RECORD_ALIGNMENT = 8;
    static final int PADDING = -1;

    /** Tail and head, by segment and offset. */
    static final VarHandle POSITION =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LENGTH_MASK = 0xFFFF_FFFFL;

    private RingLayout() {}

    static long regionBytes(long capacity) {
        return DATA_OFFSET + capacity;
    }

    static void writeHeader(MemorySegment ring, long capacity) {
        ring.set(LONG, MAGIC_OFFSET, MAGIC);
        ring.set(INT, VERSION_OFFSET, VERSION);
        ring.set(LONG, CAPACITY_OFFSET, capacity);
    }

    static int maxMessageBytes(long capacity) {
        return (int) (capacity / 2 - RECORD_HEADER_BYTES);
    }

    static long recordBytes(int messageBytes) {
        return ((long) messageBytes + RECORD_HEADER_BYTES + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
    }

    /** Writes a record's header, both halves at once. */
    static void writeLength(MemorySegment ring, long place, int length) {
        ring.set(LONG, DATA_OFFSET + place, length & LENGTH_MASK);
    }

    static int readLength(MemorySegment ring, long place) {
        return ring.get(INT, DATA_OFFSET + place);
    }

    static MemorySegment message(MemorySegment ring, long place, int length) {
        return ring.asSlice(DATA_OFFSET + place + RECORD_HEADER_BYTES, length);
    }
}
