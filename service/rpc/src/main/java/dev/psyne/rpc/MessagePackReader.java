package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads MessagePack values out of a frame, one after the other: bounded nesting and size, string keys that come once in
 * a map, no extension types, no length that the frame does not hold. Memory is taken for what has been read, never for
 * what a header promises.
 *
 * <p>Values are String, Long, Double, Boolean, MemorySegment, List and Map, in the order they came; how nil, large
 * integers and binary values are given is said by {@link MessagePackLimits}. For one thread.
 *
 * <p>Every method that reads throws {@link BrokenFrameException} for a frame that breaks these rules.
 */
public final class MessagePackReader {
    /** Maps and arrays inside each other, the outermost included. */
    static final int MAX_DEPTH = 16;

    /** Map entries and array elements of one frame, together. */
    static final int MAX_ELEMENTS = 4_096;

    /** UTF-8 bytes of a map key. */
    static final int MAX_KEY_BYTES = 256;

    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment frame;
    private final MessagePackLimits limits;
    private long position;
    private int elements;

    /**
     * Begins at the first byte of the frame.
     *
     * @param frame of any arena; with limits that are not {@linkplain MessagePackLimits#strict() strict} the values read are views of it
     */
    public MessagePackReader(MemorySegment frame, MessagePackLimits limits) {
        this.frame = frame;
        this.limits = limits;
    }

    /** The next value; null for nil. */
    public @Nullable Object read() {
        return value(0);
    }

    /** The next value, which must be a map. */
    public Map<String, @Nullable Object> readMap() {
        int type = u8();
        long entries;
        if (MessagePackTypes.isFixMap(type)) {
            entries = MessagePackTypes.fixCount(type);
        } else if (type == MessagePackTypes.MAP16) {
            entries = u16();
        } else if (type == MessagePackTypes.MAP32) {
            entries = u32();
        } else {
            throw new BrokenFrameException("a message is a map");
        }
        return map(entries, 1);
    }

    /** Bytes read so far. */
    public long position() {
        return position;
    }

    /** Whether every byte of the frame is read. */
    public boolean atEnd() {
        return position == frame.byteSize();
    }

    /** The map that is the whole frame, as docs/protocol.md says: without nil, and nothing of the frame is kept. */
    static Map<String, Object> readMap(MemorySegment frame) {
        MessagePackReader reader = new MessagePackReader(frame, MessagePackLimits.PSYNE);
        Map<String, @Nullable Object> map = reader.readMap();
        if (!reader.atEnd()) {
            throw new BrokenFrameException("bytes follow the message");
        }
        return withoutNil(map);
    }

    /** Strict limits have left no null in a map. */
    @SuppressWarnings("NullAway")
    private static Map<String, Object> withoutNil(Map<String, @Nullable Object> map) {
        return map;
    }

    private @Nullable Object value(int depth) {
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
            case MessagePackTypes.NIL -> null;
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

    private Map<String, @Nullable Object> map(long entries, int depth) {
        enter(entries, depth);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (long i = 0; i < entries; i++) {
            map.put(key(), value(depth));
            if (map.size() == i) {
                throw new BrokenFrameException("a key comes twice in one map");
            }
        }
        if (limits.strict()) {
            map.values().removeIf(Objects::isNull);
        }
        return map;
    }

    private List<@Nullable Object> array(long count, int depth) {
        enter(count, depth);
        List<@Nullable Object> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            Object value = value(depth);
            if (value == null && limits.strict()) {
                throw new BrokenFrameException("nil is not allowed in an array");
            }
            list.add(value);
        }
        return list;
    }

    private void enter(long count, int depth) {
        if (depth > limits.depth()) {
            throw new BrokenFrameException("maps and arrays are nested deeper than " + limits.depth());
        }
        if (count > limits.elements() - elements) {
            throw new BrokenFrameException("a message has more than " + limits.elements() + " elements");
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
        if (bytes > limits.keyBytes()) {
            throw new BrokenFrameException("a key is longer than " + limits.keyBytes() + " bytes");
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
        MemorySegment view = frame.asSlice(take(bytes), bytes);
        return limits.strict() ? MemorySegment.ofArray(view.toArray(ValueLayout.JAVA_BYTE)) : view;
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

    private Object u64() {
        long value = frame.get(LONG, take(Long.BYTES));
        if (value >= 0) {
            return value;
        }
        if (limits.strict()) {
            throw new BrokenFrameException("an integer does not fit 64 signed bits");
        }
        return BigInteger.valueOf(value).add(TWO_TO_64);
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
