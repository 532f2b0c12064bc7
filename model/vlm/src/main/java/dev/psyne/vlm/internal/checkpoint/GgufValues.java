package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the metadata of a GGUF file (ggml, {@code docs/gguf.md}, "File Structure"); every count is checked first. */
final class GgufValues {
    /** Most keys. */
    static final long MAX_KEYS = 1 << 16;

    /** Longest key, in bytes. */
    static final long MAX_KEY_BYTES = (1 << 16) - 1;

    /** Longest string, in bytes. */
    static final long MAX_STRING_BYTES = 16L << 20;

    /** Most elements of all arrays together. */
    static final long MAX_ELEMENTS = 1L << 23;

    private static final int MIN_KEY_BYTES = 8 + 4 + 1;
    private static final int MAX_DEPTH = 4;

    private static final int UINT8 = 0;
    private static final int INT8 = 1;
    private static final int UINT16 = 2;
    private static final int INT16 = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int UINT64 = 10;
    private static final int INT64 = 11;
    private static final int FLOAT64 = 12;

    private final GgufCursor cursor;
    private long elementsLeft = MAX_ELEMENTS;

    private GgufValues(GgufCursor cursor) {
        this.cursor = cursor;
    }

    /** The metadata: a count of keys, then each with its type and value. */
    static GgufMetadata read(GgufCursor cursor, long keys) {
        if (keys < 0 || keys > Math.min(MAX_KEYS, cursor.left() / MIN_KEY_BYTES)) {
            throw new ModelException(
                    cursor.file(),
                    "count of keys",
                    Long.toUnsignedString(keys),
                    "at most " + Math.min(MAX_KEYS, cursor.left() / MIN_KEY_BYTES));
        }
        GgufValues reader = new GgufValues(cursor);
        Map<String, Object> values = new LinkedHashMap<>();
        for (long i = 0; i < keys; i++) {
            String key = cursor.readString("key " + i, MAX_KEY_BYTES);
            Object value = reader.value(key, cursor.readInt(key), 0);
            if (values.putIfAbsent(key, value) != null) {
                throw new ModelException(cursor.file(), key, "this key again", "each key once");
            }
        }
        return new GgufMetadata(cursor.file(), values);
    }

    private Object value(String key, int type, int depth) {
        return switch (type) {
            case FLOAT32, FLOAT64 -> real(key, type);
            case BOOL -> flag(key);
            case STRING -> cursor.readString(key, MAX_STRING_BYTES);
            case ARRAY -> array(key, depth);
            default -> whole(key, type);
        };
    }

    private long whole(String key, int type) {
        return switch (type) {
            case UINT8 -> Byte.toUnsignedLong(cursor.readByte(key));
            case INT8 -> cursor.readByte(key);
            case UINT16 -> Short.toUnsignedLong(cursor.readShort(key));
            case INT16 -> cursor.readShort(key);
            case UINT32 -> Integer.toUnsignedLong(cursor.readInt(key));
            case INT32 -> cursor.readInt(key);
            case UINT64, INT64 -> large(key, type);
            default ->
                throw new ModelException(
                        cursor.file(), key, "type " + Integer.toUnsignedString(type), "a type of 0 to " + FLOAT64);
        };
    }

    private long large(String key, int type) {
        long value = cursor.readLong(key);
        if (type == UINT64 && value < 0) {
            throw new ModelException(cursor.file(), key, Long.toUnsignedString(value), "at most " + Long.MAX_VALUE);
        }
        return value;
    }

    private double real(String key, int type) {
        return type == FLOAT32
                ? Float.intBitsToFloat(cursor.readInt(key))
                : Double.longBitsToDouble(cursor.readLong(key));
    }

    private boolean flag(String key) {
        byte value = cursor.readByte(key);
        if (value != 0 && value != 1) {
            throw new ModelException(cursor.file(), key, "the byte " + value, "0 or 1");
        }
        return value == 1;
    }

    private Object array(String key, int depth) {
        if (depth == MAX_DEPTH) {
            throw new ModelException(cursor.file(), key, "arrays inside each other", "at most " + MAX_DEPTH + " deep");
        }
        int type = cursor.readInt(key);
        int count = (int) cursor.readCount(key, elementsLeft, bytesEach(key, type));
        elementsLeft -= count;
        return switch (type) {
            case FLOAT32, FLOAT64 -> {
                double[] numbers = new double[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = real(key, type);
                }
                yield numbers;
            }
            case BOOL, STRING, ARRAY -> {
                List<Object> list = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    list.add(value(key, type, depth + 1));
                }
                yield list;
            }
            default -> {
                long[] numbers = new long[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = whole(key, type);
                }
                yield numbers;
            }
        };
    }

    /** Bytes an element takes at least. */
    private int bytesEach(String key, int type) {
        return switch (type) {
            case UINT8, INT8, BOOL -> Byte.BYTES;
            case UINT16, INT16 -> Short.BYTES;
            case UINT32, INT32, FLOAT32 -> Integer.BYTES;
            case UINT64, INT64, FLOAT64, STRING -> Long.BYTES;
            case ARRAY -> Integer.BYTES + Long.BYTES;
            default ->
                throw new ModelException(
                        cursor.file(), key, "elements of type " + Integer.toUnsignedString(type), "0 to " + FLOAT64);
        };
    }
}
