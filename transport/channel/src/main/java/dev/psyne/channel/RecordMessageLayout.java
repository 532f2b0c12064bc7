package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The bytes of a record message, little endian but for the record, whose layout says:
 *
 * <pre>
 *  0       4         6      8             16             20          24          record at
 * +-------+---------+------+-------------+--------------+-----------+-----------+--------
 * | magic | version | 0    | fingerprint | record bytes | record at | undefined | record
 * | PREC  | 1       |      |             |              | from here | 0 to 56   |
 * +-------+---------+------+-------------+--------------+-----------+-----------+--------
 * </pre>
 */
final class RecordMessageLayout {
    private static final String FORMAT = "record message";

    /** "PREC" read as a little-endian integer. */
    private static final int MAGIC = 0x4345_5250;

    private static final short VERSION = 1;
    private static final long VERSION_AT = 4;
    private static final long ZERO_AT = 6;
    private static final long FINGERPRINT_AT = 8;
    private static final long BYTES_AT = 16;
    private static final long PLACE_AT = 20;
    private static final int HEADER_BYTES = 24;
    private static final int MESSAGE_ALIGNMENT = 8;

    /** The header and what aligns the record. */
    static final int MOST_HEADER_BYTES = HEADER_BYTES + (int) RecordType.MAX_ALIGNMENT - MESSAGE_ALIGNMENT;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final RecordType type;
    private final int bytes;
    private final long alignment;

    RecordMessageLayout(RecordType type) {
        this.type = type;
        this.bytes = (int) type.layout().byteSize();
        this.alignment = Math.max(MESSAGE_ALIGNMENT, type.layout().byteAlignment());
    }

    int messageBytes() {
        return (int) (HEADER_BYTES + alignment - MESSAGE_ALIGNMENT + bytes);
    }

    MemorySegment write(MemorySegment target) {
        long place = HEADER_BYTES + (-(target.address() + HEADER_BYTES) & (alignment - 1));
        MemorySegment written = target.asSlice(place, bytes);
        target.set(INT, 0, MAGIC);
        target.set(SHORT, VERSION_AT, VERSION);
        target.set(SHORT, ZERO_AT, (short) 0);
        target.set(LONG, FINGERPRINT_AT, type.fingerprint());
        target.set(INT, BYTES_AT, bytes);
        target.set(INT, PLACE_AT, (int) place);
        return written;
    }

    MemorySegment read(MemorySegment message) {
        long size = message.byteSize();
        check(size >= HEADER_BYTES, "the size", size);
        int magic = message.get(INT, 0);
        check(magic == MAGIC, "the magic", magic);
        short version = message.get(SHORT, VERSION_AT);
        check(version == VERSION, "the version", version);
        short zero = message.get(SHORT, ZERO_AT);
        check(zero == 0, "the word at " + ZERO_AT, zero);
        long fingerprint = message.get(LONG, FINGERPRINT_AT);
        int recordBytes = message.get(INT, BYTES_AT);
        if (fingerprint != type.fingerprint()) {
            throw new MessageFormatException(
                    FORMAT, "the layout", "is " + name("record", fingerprint, recordBytes) + "; asked for " + type);
        }
        check(recordBytes == bytes, "the size of the record", recordBytes);
        long place = message.get(INT, PLACE_AT);
        check(place >= HEADER_BYTES && place <= size - bytes, "the place of the record", place);
        return message.asSlice(place, bytes).asReadOnly();
    }

    static String name(String name, long fingerprint, long bytes) {
        return name + " " + HexFormat.of().toHexDigits(fingerprint) + " of " + bytes + " bytes";
    }

    private static void check(boolean holds, String field, long value) {
        if (!holds) {
            throw new MessageFormatException(FORMAT, field, "is " + value);
        }
    }
}
