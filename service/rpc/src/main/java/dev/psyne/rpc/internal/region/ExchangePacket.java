package dev.psyne.rpc.internal.region;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * What is said at a node's exchange of regions: one packet there, one back, little endian, with a descriptor where one is passed.
 *
 * <pre>
 *  0          8         12     16       32       36     40      64
 * +----------+---------+------+--------+--------+------+-------+
 * | magic    | version | what | key    | number | kind | zero  |
 * | PSYNERGN | u32 1   | u32  | 16     | u32    | u32  |       |
 * +----------+---------+------+--------+--------+------+-------+
 * </pre>
 *
 * @param what is asked or answered
 * @param key of the connection that asks, from the node's HELLO: 32 hexadecimal digits
 * @param number of the region
 * @param isFile whether it is a whole file; a region otherwise
 */
record ExchangePacket(What what, String key, int number, boolean isFile) {
    static final int BYTES = 64;
    static final int KEY_BYTES = 16;

    /** Kinds of packets; {@link #GIVE} and the answer to {@link #TAKE} pass a descriptor. */
    enum What {
        JOIN,
        GIVE,
        TAKE,
        DROP,
        DONE,
        REFUSED
    }

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAGIC = 0x4e47_5245_4e59_5350L;
    private static final int VERSION = 1;
    private static final int VERSION_AT = 8;
    private static final int WHAT_AT = 12;
    private static final int KEY_AT = 16;
    private static final int NUMBER_AT = 32;
    private static final int KIND_AT = 36;
    private static final int FILE = 1;

    ExchangePacket answer(What answer, int ofNumber, boolean file) {
        return new ExchangePacket(answer, key, ofNumber, file);
    }

    MemorySegment bytes() {
        MemorySegment packet = MemorySegment.ofArray(new byte[BYTES]);
        packet.set(LONG, 0, MAGIC);
        packet.set(INT, VERSION_AT, VERSION);
        packet.set(INT, WHAT_AT, what.ordinal() + 1);
        MemorySegment.copy(HexFormat.of().parseHex(key), 0, packet, ValueLayout.JAVA_BYTE, KEY_AT, KEY_BYTES);
        packet.set(INT, NUMBER_AT, number);
        packet.set(INT, KIND_AT, isFile ? FILE : 0);
        return packet;
    }

    /** Refuses what is none. */
    static ExchangePacket read(MemorySegment packet, int bytes) throws IOException {
        int what = bytes == BYTES ? packet.get(INT, WHAT_AT) : 0;
        int kind = packet.get(INT, KIND_AT);
        if (bytes != BYTES
                || packet.get(LONG, 0) != MAGIC
                || packet.get(INT, VERSION_AT) != VERSION
                || what < 1
                || what > What.values().length
                || (kind | FILE) != FILE) {
            throw new IOException("a packet of " + bytes + " bytes at the exchange of regions is none of version "
                    + VERSION + "; run the same release of Psyne on both sides");
        }
        return new ExchangePacket(
                What.values()[what - 1],
                HexFormat.of().formatHex(packet.asSlice(KEY_AT, KEY_BYTES).toArray(ValueLayout.JAVA_BYTE)),
                packet.get(INT, NUMBER_AT),
                kind == FILE);
    }
}
