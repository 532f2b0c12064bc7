package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the header of a GGUF file from its beginning; an end of the file in the middle is refused by what it cuts. */
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final MemorySegment bytes;
    private long at;

    GgufCursor(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    Path file() {
        return file;
    }

    /** Bytes read so far. */
    long at() {
        return at;
    }

    /** Bytes of the file that are not read yet. */
    long left() {
        return bytes.byteSize() - at;
    }

    byte readByte(String key) {
        return bytes.get(ValueLayout.JAVA_BYTE, advance(key, Byte.BYTES));
    }

    short readShort(String key) {
        return bytes.get(SHORT, advance(key, Short.BYTES));
    }

    int readInt(String key) {
        return bytes.get(INT, advance(key, Integer.BYTES));
    }

    long readLong(String key) {
        return bytes.get(LONG, advance(key, Long.BYTES));
    }

    /** A count of things of at least so many bytes each, of which the rest of the file has room. */
    long readCount(String key, long maximum, int bytesEach) {
        long count = readLong(key);
        long limit = Math.min(maximum, left() / bytesEach);
        if (count < 0 || count > limit) {
            throw new ModelException(file, key, "a count of " + Long.toUnsignedString(count), "at most " + limit);
        }
        return count;
    }

    /** A string: its length in bytes and its UTF-8. */
    String readString(String key, long maximumBytes) {
        int length = (int) readCount(key, maximumBytes, Byte.BYTES);
        byte[] text = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, advance(key, length), text, 0, length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(file, key, "bytes that are no UTF-8", "a string", e);
        }
    }

    private long advance(String key, long count) {
        if (count > left()) {
            throw new ModelException(file, key, "the end of the file at byte " + bytes.byteSize(), "a whole header");
        }
        long from = at;
        at += count;
        return from;
    }
}
