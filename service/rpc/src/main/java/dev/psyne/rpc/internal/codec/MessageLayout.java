package dev.psyne.rpc.internal.codec;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The numbers of docs/schema.md, section Layout. A slot of what has no fixed size, read as one little-endian long:
 *
 * <pre>
 *  63        32 31         0
 * +------------+------------+
 * | count      | at         |
 * +------------+------------+
 * </pre>
 */
final class MessageLayout {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Alignment in bytes of a message, and of a tensor's elements in it. */
    static final int MESSAGE_ALIGNMENT = 64;

    /** Alignment in bytes of a record, {@code bytes} and a tensor's header. */
    static final int PART_ALIGNMENT = 8;

    /** The u32 at the beginning of a record. */
    static final int FIXED_BYTES_SIZE = Integer.BYTES;

    static final int SLOT_BYTES = 8;
    static final int SLOT_ALIGNMENT = 4;
    static final int PRESENCE_BITS = Integer.SIZE;

    /** Records inside each other, the outermost included. */
    static final int MAX_DEPTH = 32;

    /** The longest message in bytes: what an {@code at} reaches. */
    static final long MAX_MESSAGE_BYTES = 0xffff_ffffL;

    private static final long AT_MASK = 0xffff_ffffL;

    private MessageLayout() {}

    static long slot(long at, long count) {
        return count << Integer.SIZE | at;
    }

    static long at(long slot) {
        return slot & AT_MASK;
    }

    static long count(long slot) {
        return slot >>> Integer.SIZE;
    }

    static long align(long offset, int alignment) {
        return offset + alignment - 1 & -alignment;
    }
}
