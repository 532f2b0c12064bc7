package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a published message, little endian:
 *
 * <pre>
 *  0         1      2               4            4 + length   a multiple of 8
 * +---------+------+---------------+------------+------------+------
 * | version | 0    | topic length  | topic      | 0          | body
 * | 1       |      |               | in UTF-8   |            |
 * +---------+------+---------------+------------+------------+------
 * </pre>
 */
final class TopicLayout {
    static final long TOPIC_AT = 4;

    private static final String FORMAT = "published message";
    private static final byte VERSION = 1;
    private static final long ZERO_AT = 1;
    private static final long LENGTH_AT = 2;
    private static final int ALIGNMENT = 8;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private TopicLayout() {}

    static int bodyAt(int topicBytes) {
        return (int) (TOPIC_AT + topicBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static void write(MemorySegment message, Topic topic) {
        int length = (int) topic.bytes().byteSize();
        message.set(LONG, bodyAt(length) - ALIGNMENT, 0);
        message.set(ValueLayout.JAVA_BYTE, 0, VERSION);
        message.set(ValueLayout.JAVA_BYTE, ZERO_AT, (byte) 0);
        message.set(SHORT, LENGTH_AT, (short) length);
        MemorySegment.copy(topic.bytes(), 0, message, TOPIC_AT, length);
    }

    /** Bytes of the topic of a message, checked. */
    static int topicBytes(MemorySegment message) {
        long size = message.byteSize();
        check(size >= ALIGNMENT, "the size", size);
        byte version = message.get(ValueLayout.JAVA_BYTE, 0);
        check(version == VERSION, "the version", version);
        byte zero = message.get(ValueLayout.JAVA_BYTE, ZERO_AT);
        check(zero == 0, "the byte at " + ZERO_AT, zero);
        int length = Short.toUnsignedInt(message.get(SHORT, LENGTH_AT));
        check(length <= Topic.MAX_BYTES && bodyAt(length) <= size, "the length of the topic", length);
        return length;
    }

    /** Whether a message whose topic has that length is of a topic that starts with the prefix. */
    static boolean startsWith(MemorySegment message, int topicBytes, MemorySegment prefix) {
        long length = prefix.byteSize();
        return length <= topicBytes
                && MemorySegment.mismatch(prefix, 0, length, message, TOPIC_AT, TOPIC_AT + length) < 0;
    }

    private static void check(boolean holds, String field, long value) {
        if (!holds) {
            throw new MessageFormatException(FORMAT, field, "is " + value);
        }
    }
}
