package dev.psyne.proof;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** A message that is checked to its last byte: sender, number and content, and a checksum of all three. */
final class SoakMessage {
    static final int MIN_BYTES = 24;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long CHECKSUM_AT = 0;
    private static final long SENDER_AT = 8;
    private static final long NUMBER_AT = 16;

    private SoakMessage() {}

    static void write(MemorySegment message, int sender, long number) {
        message.asSlice(MIN_BYTES).fill((byte) (number * 31 + sender));
        message.set(LONG, SENDER_AT, sender);
        message.set(LONG, NUMBER_AT, number);
        message.set(LONG, CHECKSUM_AT, checksum(message));
    }

    /** The message's number. */
    static long check(MemorySegment message) {
        if (message.get(LONG, CHECKSUM_AT) != checksum(message)) {
            throw new AssertionError("a message of " + message.byteSize() + " bytes is torn: sender " + sender(message)
                    + ", number " + message.get(LONG, NUMBER_AT));
        }
        return message.get(LONG, NUMBER_AT);
    }

    static int sender(MemorySegment message) {
        return (int) message.get(LONG, SENDER_AT);
    }

    private static long checksum(MemorySegment message) {
        CRC32C crc = new CRC32C();
        crc.update(message.asSlice(SENDER_AT).asByteBuffer());
        return crc.getValue() | message.byteSize() << Integer.SIZE;
    }
}
