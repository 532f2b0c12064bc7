package dev.psyne.rpc;

/**
 * The first bytes of MessagePack values (msgpack specification, "Formats").
 *
 * <pre>
 * 00-7f positive integer   80-8f map    90-9f array   a0-bf string   c0 nil   c2 false   c3 true
 * c4-c6 binary   ca-cb float   cc-cf unsigned   d0-d3 signed   d9-db string   dc-dd array   de-df map
 * e0-ff negative integer   c1 never used   c7-c9, d4-d8 extensions
 * </pre>
 */
final class MessagePackTypes {
    static final int FIX_MAP = 0x80;
    static final int FIX_ARRAY = 0x90;
    static final int FIX_STRING = 0xa0;
    static final int NIL = 0xc0;
    static final int FALSE = 0xc2;
    static final int TRUE = 0xc3;
    static final int BIN8 = 0xc4;
    static final int BIN16 = 0xc5;
    static final int BIN32 = 0xc6;
    static final int FLOAT32 = 0xca;
    static final int FLOAT64 = 0xcb;
    static final int UINT8 = 0xcc;
    static final int UINT16 = 0xcd;
    static final int UINT32 = 0xce;
    static final int UINT64 = 0xcf;
    static final int INT8 = 0xd0;
    static final int INT16 = 0xd1;
    static final int INT32 = 0xd2;
    static final int INT64 = 0xd3;
    static final int STR8 = 0xd9;
    static final int STR16 = 0xda;
    static final int STR32 = 0xdb;
    static final int ARRAY16 = 0xdc;
    static final int ARRAY32 = 0xdd;
    static final int MAP16 = 0xde;
    static final int MAP32 = 0xdf;
    /** The smallest integer whose byte is its type: 0xe0 as a signed byte. */
    static final int FIX_INT_MIN = -32;
    /** Entries or elements that a one-byte header can say. */
    static final int FIX_COUNT_MAX = 0x0f;
    /** Bytes of a string that a one-byte header can say. */
    static final int FIX_STRING_MAX = 0x1f;

    private MessagePackTypes() {}

    static boolean isFixInt(int type) {
        return (byte) type >= FIX_INT_MIN;
    }

    static boolean isFixMap(int type) {
        return (type & 0xf0) == FIX_MAP;
    }

    static boolean isFixArray(int type) {
        return (type & 0xf0) == FIX_ARRAY;
    }

    static boolean isFixString(int type) {
        return (type & 0xe0) == FIX_STRING;
    }

    static int fixCount(int type) {
        return type & FIX_COUNT_MAX;
    }

    static int fixStringBytes(int type) {
        return type & FIX_STRING_MAX;
    }
}
