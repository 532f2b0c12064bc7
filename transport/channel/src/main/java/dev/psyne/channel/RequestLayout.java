package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of requests and replies, little endian:
 *
 * <pre>
 *  0         1        2       4                  8                16
 * +---------+--------+-------+------------------+----------------+------
 * | version | status | 0     | number of the    | correlation id | body
 * | 1       |        |       | reply channel    |                |
 * +---------+--------+-------+------------------+----------------+------
 * </pre>
 *
 * Status: 0 in a request, in a reply 0 if the body is the answer, 1 if it says in UTF-8 why there is none.
 */
final class RequestLayout {
    static final int BODY_AT = 16;
    static final byte ANSWERED = 0;
    static final byte FAILED = 1;

    private static final byte VERSION = 1;
    private static final long STATUS_AT = 1;
    private static final long ZERO_AT = 2;
    private static final long NUMBER_AT = 4;
    private static final long ID_AT = 8;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RequestLayout() {}

    static void write(MemorySegment message, byte status, int number, long id) {
        message.set(ValueLayout.JAVA_BYTE, 0, VERSION);
        message.set(ValueLayout.JAVA_BYTE, STATUS_AT, status);
        message.set(SHORT, ZERO_AT, (short) 0);
        message.set(INT, NUMBER_AT, number);
        message.set(LONG, ID_AT, id);
    }

    /** Checks what does not differ between messages. */
    static void check(MemorySegment message, String format) {
        long size = message.byteSize();
        if (size < BODY_AT) {
            throw new MessageFormatException(format, "the size", "is " + size);
        }
        byte version = message.get(ValueLayout.JAVA_BYTE, 0);
        if (version != VERSION) {
            throw new MessageFormatException(format, "the version", "is " + version);
        }
        short zero = message.get(SHORT, ZERO_AT);
        if (zero != 0) {
            throw new MessageFormatException(format, "the word at " + ZERO_AT, "is " + zero);
        }
    }

    static byte status(MemorySegment message, String format, byte most) {
        byte status = message.get(ValueLayout.JAVA_BYTE, STATUS_AT);
        if (status < 0 || status > most) {
            throw new MessageFormatException(format, "the status", "is " + status);
        }
        return status;
    }

    static int number(MemorySegment message, String format, int limit) {
        int number = message.get(INT, NUMBER_AT);
        if (number < 0 || number >= limit) {
            throw new MessageFormatException(format, "the number of the reply channel", "is " + number);
        }
        return number;
    }

    static long id(MemorySegment message) {
        return message.get(LONG, ID_AT);
    }
}
