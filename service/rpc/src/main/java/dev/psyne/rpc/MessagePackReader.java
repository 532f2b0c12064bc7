package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one MessagePack value out of a frame, as strictly as docs/protocol.md says: bounded nesting and size, string
 * keys that come once, no extension types, nothing behind the value. Everything it returns is its own: the frame may
 * go away when it is done. Binary values are copied once, as heap segments.
 */
final class MessagePackReader {
    /** Maps and arrays inside each other, the outermost included. */
    static final int MAX_DEPTH = 16;

    /** Map entries and array elements of one frame, together. */
    static final int MAX_ELEMENTS = 4_096;

    /** UTF-8 bytes of a map key. */
    static final int MAX_KEY_BYTES = 256;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Stands for nil until the map or array that holds it is read. */
    private enum Nil {
        NIL
    }

    private final MemorySegment frame;
    private long position;
    private int elements;

    private MessagePackReader(MemorySegment frame) {
        this.frame = frame;
    }

    /** The map that is the whole frame. Values are String, Long, Double, Boolean, MemorySegment, List and Map. */
    static Map<String, Object> readMap(MemorySegment frame) {
        MessagePackReader reader = new MessagePackReader(frame);
        int type = reader.u8();
        long entries;
        if (MessagePackTypes.isFixMap(type)) {
            entries = MessagePackTypes.fixCount(type);
        } else if (type == MessagePackTypes.MAP16) {
            entries = reader.u16();
        } else if (type == MessagePackTypes.MAP32) {
            entries = reader.u32();
        } else {
            throw new BrokenFrameException("a message is a map");
        }
        Map<String, Object> map = reader.map(entries, 1);
        if (reader.position != frame.byteSize()) {
            throw new BrokenFrameException("bytes follow the message");
        }
        return map;
    }

    private Object value(int depth) {
        int type = u8();
        if (MessagePackTypes.isFixInt(type)) {
            return (long) (byte) type;
        }
        if (MessagePackTypes.isFixString(type)) {
            return string(MessagePackTypes.fixStringBytes(type));
        }
        if (MessagePackTypes.isFixMap(type)) {
            return map(MessagePackTypes.fixCount(type), depth + 1);
        }
        if (MessagePackTypes.isFixArray(type)) {
            return array(MessagePackTypes.fixCount(type), depth + 1);
        }
        return switch (type) {
            case MessagePackTypes.NIL -> Nil.NIL;
            case MessagePackTypes.FALSE -> false;
            case MessagePackTypes.TRUE -> true;
            case MessagePackTypes.BIN8 -> binary(u8());
            case MessagePackTypes.BIN16 -> binary(u16());
            case MessagePackTypes.BIN32 -> binary(u32());
            case MessagePackTypes.STR8 -> string(u8());
            case MessagePackTypes.STR16 -> string(u16());
            case MessagePackTypes.STR32 -> string(u32());
            case MessagePackTypes.ARRAY16 -> array(u16(), depth + 1);
            case MessagePackTypes.ARRAY32 -> array(u32(), depth + 1);
            case MessagePackTypes.MAP16 -> map(u16(), depth + 1);
            case MessagePackTypes.MAP32 -> map(u32(), depth + 1);
            default -> number(type);
        };
    }

    private Object number(int type) {
        return switch (type) {
            case MessagePackTypes.FLOAT32 -> (double) Float.intBitsToFloat(frame.get(INT, take(Float.BYTES)));
            case MessagePackTypes.FLOAT64 -> Double.longBitsToDouble(frame.get(LONG, take(Double.BYTES)));
            case MessagePackTypes.UINT8 -> (long) u8();
            case MessagePackTypes.UINT16 -> (long) u16();
            case MessagePackTypes.UINT32 -> u32();
            case MessagePackTypes.UINT64 -> u64();
            case MessagePackTypes.INT8 -> (long) frame.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES));
            case MessagePackTypes.INT16 -> (long) frame.get(SHORT, take(Short.BYTES));
            case MessagePackTypes.INT32 -> (long) frame.get(INT, take(Integer.BYTES));
            case MessagePackTypes.INT64 -> frame.get(LONG, take(Long.BYTES));
            default -> throw new BrokenFrameException("extension types are not allowed");
        };
    }

    private Map<String, Object> map(long entries, int depth) {
        enter(entries, depth);
        Map<String, Object> map = new LinkedHashMap<>();
        for (long i = 0; i < entries; i++) {
            if (map.put(key(), value(depth)) != null) {
                throw new BrokenFrameException("a key comes twice in one map");
            }
        }
        map.values().removeIf(Nil.class::isInstance);
        return map;
    }

    private List<Object> array(long count, int depth) {
        enter(count, depth);
        List<Object> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            Object value = value(depth);
            if (value instanceof Nil) {
                throw new BrokenFrameException("nil is not allowed in an array");
            }
            list.add(value);
        }
        return list;
    }

    private void enter(long count, int depth) {
        if (depth > MAX_DEPTH) {
            throw new BrokenFrameException("maps and arrays are nested deeper than " + MAX_DEPTH);
        }
        if (count > MAX_ELEMENTS - elements) {
            throw new BrokenFrameException("a message has more than " + MAX_ELEMENTS + " elements");
        }
        elements += (int) count;
    }

    private String key() {
        int type = u8();
        long bytes;
        if (MessagePackTypes.isFixString(type)) {
            bytes = MessagePackTypes.fixStringBytes(type);
        } else if (type == MessagePackTypes.STR8) {
            bytes = u8();
        } else if (type == MessagePackTypes.STR16) {
            bytes = u16();
        } else if (type == MessagePackTypes.STR32) {
            bytes = u32();
        } else {
            throw new BrokenFrameException("a key is not a string");
        }
        if (bytes > MAX_KEY_BYTES) {
            throw new BrokenFrameException("a key is longer than " + MAX_KEY_BYTES + " bytes");
        }
        return string(bytes);
    }

    private String string(long bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(frame.asSlice(take(bytes), bytes).asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BrokenFrameException("a string is not UTF-8");
        }
    }

    private MemorySegment binary(long bytes) {
        return MemorySegment.ofArray(frame.asSlice(take(bytes), bytes).toArray(ValueLayout.JAVA_BYTE));
    }

    private int u8() {
        return Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES)));
    }

    private int u16() {
        return Short.toUnsignedInt(frame.get(SHORT, take(Short.BYTES)));
    }

    private long u32() {
        return Integer.toUnsignedLong(frame.get(INT, take(Integer.BYTES)));
    }

    private long u64() {
        long value = frame.get(LONG, take(Long.BYTES));
        if (value < 0) {
            throw new BrokenFrameException("an integer does not fit 64 signed bits");
        }
        return value;
    }

    /** Moves behind the next bytes and returns where they begin. */
    private long take(long bytes) {
        long begin = position;
        if (bytes > frame.byteSize() - begin) {
            throw new BrokenFrameException("the message is cut off");
        }
        position = begin + bytes;
        return begin;
    }
}
