package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one frame: integers and lengths as short as they go, floating point as float 64. Takes null, String, Boolean,
 * Integer, Long, {@link BigInteger} to 2^64 - 1, Float, Double, {@code byte[]}, {@link MemorySegment}, Collection and Map
 * with String keys; anything else, a frame over the limit and nesting over the limit are an IllegalArgumentException.
 * For one thread.
 */
public final class MessagePackWriter {
    private static final int FIRST_BYTES = 128;

    private final int limitBytes;
    private final int limitDepth;
    private byte[] frame = new byte[FIRST_BYTES];
    private int size;

    /**
     * An empty frame.
     *
     * @param limitBytes where a longer frame is refused with an IllegalArgumentException
     */
    MessagePackWriter(int limitBytes) {
        this(limitBytes, MessagePackReader.MAX_DEPTH);
    }

    /**
     * An empty frame.
     *
     * @param limitBytes the longest frame
     * @param limitDepth maps and collections inside each other
     */
    public MessagePackWriter(int limitBytes, int limitDepth) {
        this.limitBytes = limitBytes;
        this.limitDepth = limitDepth;
    }

    /** The frame so far. */
    public byte[] toFrame() {
        return Arrays.copyOf(frame, size);
    }

    /** Appends a value. */
    public MessagePackWriter value(@Nullable Object value) {
        value(value, 0);
        return this;
    }

    /** Appends bytes that are MessagePack already. */
    public MessagePackWriter encoded(MemorySegment values) {
        bytes(values);
        return this;
    }

    MessagePackWriter mapHeader(int entries) {
        count(entries, MessagePackTypes.FIX_MAP, MessagePackTypes.MAP16);
        return this;
    }

    MessagePackWriter field(String key, @Nullable Object value) {
        string(key);
        value(value, 1);
        return this;
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> put(MessagePackTypes.NIL);
            case String text -> string(text);
            case Boolean flag -> put(flag ? MessagePackTypes.TRUE : MessagePackTypes.FALSE);
            case Integer number -> integer(number);
            case Long number -> integer(number);
            case BigInteger number -> unsigned64(number);
            case Double number -> float64(number);
            case Float number -> float64(number);
            case byte[] bytes -> binary(MemorySegment.ofArray(bytes));
            case MemorySegment bytes -> binary(bytes);
            case Collection<?> list -> list(list, depth + 1);
            case Map<?, ?> map -> map(map, depth + 1);
            default ->
                throw new IllegalArgumentException(
                        "a " + value.getClass().getName() + " cannot be sent: use String, "
                                + "Long, Integer, BigInteger, Double, Float, Boolean, byte[], MemorySegment, Collection or Map");
        }
    }

    private void list(Collection<?> list, int depth) {
        enter(depth);
        count(list.size(), MessagePackTypes.FIX_ARRAY, MessagePackTypes.ARRAY16);
        for (Object element : list) {
            value(element, depth);
        }
    }

    private void map(Map<?, ?> map, int depth) {
        enter(depth);
        mapHeader(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException("a map's key must be a String, not " + entry.getKey());
            }
            string(key);
            value(entry.getValue(), depth);
        }
    }

    private void enter(int depth) {
        if (depth > limitDepth) {
            throw new IllegalArgumentException("a value is nested deeper than " + limitDepth + " maps and collections");
        }
    }

    private void integer(long value) {
        if (value >= MessagePackTypes.FIX_INT_MIN && value <= Byte.MAX_VALUE) {
            put((int) value);
        } else if (value >= 0) {
            unsigned(value);
        } else if (value >= Byte.MIN_VALUE) {
            typed(MessagePackTypes.INT8, value, Byte.BYTES);
        } else if (value >= Short.MIN_VALUE) {
            typed(MessagePackTypes.INT16, value, Short.BYTES);
        } else if (value >= Integer.MIN_VALUE) {
            typed(MessagePackTypes.INT32, value, Integer.BYTES);
        } else {
            typed(MessagePackTypes.INT64, value, Long.BYTES);
        }
    }

    private void unsigned(long value) {
        if (value <= 0xff) {
            typed(MessagePackTypes.UINT8, value, Byte.BYTES);
        } else if (value <= 0xffff) {
            typed(MessagePackTypes.UINT16, value, Short.BYTES);
        } else if (value <= 0xffff_ffffL) {
            typed(MessagePackTypes.UINT32, value, Integer.BYTES);
        } else {
            typed(MessagePackTypes.UINT64, value, Long.BYTES);
        }
    }

    private void unsigned64(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException("an integer is -2^63 to 2^64 - 1, not " + value);
        }
        typed(MessagePackTypes.UINT64, value.longValue(), Long.BYTES);
    }

    private void float64(double value) {
        typed(MessagePackTypes.FLOAT64, Double.doubleToRawLongBits(value), Double.BYTES);
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MessagePackTypes.FIX_STRING_MAX) {
            put(MessagePackTypes.FIX_STRING | bytes.length);
        } else {
            sized(bytes.length, MessagePackTypes.STR8);
        }
        bytes(MemorySegment.ofArray(bytes));
    }

    private void binary(MemorySegment bytes) {
        if (bytes.byteSize() > limitBytes) {
            throw tooLong();
        }
        sized((int) bytes.byteSize(), MessagePackTypes.BIN8);
        bytes(bytes);
    }

    /** A header of 8, 16 or 32 bits of length; the three types follow each other. */
    private void sized(int bytes, int type8) {
        if (bytes <= 0xff) {
            typed(type8, bytes, Byte.BYTES);
        } else if (bytes <= 0xffff) {
            typed(type8 + 1, bytes, Short.BYTES);
        } else {
            typed(type8 + 2, bytes, Integer.BYTES);
        }
    }

    /** A header of 4, 16 or 32 bits of count; the latter two types follow each other. */
    private void count(int count, int fixType, int type16) {
        if (count <= MessagePackTypes.FIX_COUNT_MAX) {
            put(fixType | count);
        } else if (count <= 0xffff) {
            typed(type16, count, Short.BYTES);
        } else {
            typed(type16 + 1, count, Integer.BYTES);
        }
    }

    private void typed(int type, long value, int bytes) {
        put(type);
        for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            put((int) (value >> shift));
        }
    }

    private void put(int value) {
        reserve(1);
        frame[size++] = (byte) value;
    }

    private void bytes(MemorySegment bytes) {
        int length = Math.toIntExact(bytes.byteSize());
        reserve(length);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, frame, size, length);
        size += length;
    }

    private void reserve(int bytes) {
        if (bytes > limitBytes - size) {
            throw tooLong();
        }
        if (bytes > frame.length - size) {
            frame = Arrays.copyOf(frame, Math.clamp(2L * frame.length, size + bytes, limitBytes));
        }
    }

    private IllegalArgumentException tooLong() {
        return new IllegalArgumentException("a message is longer than the limit of " + limitBytes + " bytes");
    }
}
