package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message after the other, checked: whatever the bytes are, a value or a {@link BrokenMessageException} that names
 * record and field comes of them, no byte outside of the message is read, and no more memory is taken than the message's length
 * allows. Parts are read where they lie, in order: none may begin in front of where the one before ended.
 *
 * <p>The methods with a {@code slot} are for codecs, those made at run time included. For one thread at a time.
 */
public final class MessageReader {
    /** UTF-8 bytes of a string that needs no array of its own. */
    private static final int SHORT_STRING = 1024;

    private static final byte[] NONE = {};
    private static final long SIGN_OF_EACH_BYTE = 0x8080_8080_8080_8080L;
    private static final int REPLACEMENT = 0xfffd;

    private final MessageReferences references;
    private byte[] utf8 = NONE;
    private byte[] window = NONE;
    private int windowEnd;
    private MemorySegment segment = MemorySegment.NULL;
    private long size;
    private long cursor;
    private int depth;

    /** A reader with nothing to read. */
    public MessageReader(MessageReferences references) {
        this.references = references;
    }

    /**
     * Turns to a message.
     *
     * @param message of any arena, aligned to 64 bytes if vectors are to be loaded from tensors; it may not change while it is
     *     read, and lives as long as {@code bytes} and tensors that come of it
     */
    public MessageReader over(MemorySegment message) {
        segment = message;
        size = message.byteSize();
        windowEnd = (int) Math.min(size, Window.BYTES);
        if (window.length < windowEnd) {
            window = new byte[Math.min(windowEnd + Long.BYTES, Window.BYTES)];
        }
        MemorySegment.copy(message, MessageLayout.BYTE, 0, window, 0, windowEnd);
        start();
        return this;
    }

    /** Back to the message's beginning. */
    void start() {
        cursor = 0;
        depth = 0;
    }

    /** Begins a record at a multiple of 8 that no part in front of it reaches. Returns where its fixed part ends. */
    public long begin(long at, int requiredBytes, String record) {
        if (++depth > MessageLayout.MAX_DEPTH) {
            throw new BrokenMessageException(
                    record, "records lie deeper than " + MessageLayout.MAX_DEPTH + " in each other");
        }
        if (size - at < MessageLayout.PART_ALIGNMENT) {
            throw beyond(record, "a record", at, MessageLayout.PART_ALIGNMENT);
        }
        long fixed = Integer.toUnsignedLong(i32(at));
        if (fixed < Math.max(requiredBytes, MessageLayout.PART_ALIGNMENT)
                || fixed > size - at
                || fixed % MessageLayout.PART_ALIGNMENT != 0) {
            throw new BrokenMessageException(
                    record,
                    "fixedBytes is " + fixed + "; it is a multiple of 8, here " + requiredBytes + " to " + (size - at));
        }
        cursor = at + fixed;
        return cursor;
    }

    /** Ends the record that was begun last. */
    public void end() {
        depth--;
    }

    /**
     * Whether an optional field is there.
     *
     * @param end of the record's fixed part
     * @param presenceAt its word
     * @param slotEnd where its slot ends
     */
    public boolean present(long end, long presenceAt, int bit, long slotEnd, String where) {
        if (presenceAt + Integer.BYTES > end || (i32(presenceAt) & bit) == 0) {
            return false;
        }
        if (slotEnd > end) {
            throw new BrokenMessageException(
                    where, "its presence bit is set, its slot lies behind the record's fixed part");
        }
        return true;
    }

    /** A record's constructor takes no such values: what its peer sent is broken. */
    public static BrokenMessageException refused(RuntimeException refusal, String record) {
        return new BrokenMessageException(record, "the values are refused: " + refusal);
    }

    /** A {@code bool}. */
    public boolean bool(long slot, String where) {
        byte value = i8(slot);
        if ((value & 1) != value) {
            throw new BrokenMessageException(where, "a bool is 0 or 1, not " + Byte.toUnsignedInt(value));
        }
        return value != 0;
    }

    /** An {@code i8}. */
    public byte i8(long slot) {
        return slot <= windowEnd - Byte.BYTES ? window[(int) slot] : segment.get(MessageLayout.BYTE, slot);
    }

    /** An {@code i16}. */
    public short i16(long slot) {
        return slot <= windowEnd - Short.BYTES ? Window.i16(window, slot) : segment.get(MessageLayout.SHORT, slot);
    }

    /** An {@code i32}. */
    public int i32(long slot) {
        return slot <= windowEnd - Integer.BYTES ? Window.i32(window, slot) : segment.get(MessageLayout.INT, slot);
    }

    /** An {@code i64}. */
    public long i64(long slot) {
        return slot <= windowEnd - Long.BYTES ? Window.i64(window, slot) : segment.get(MessageLayout.LONG, slot);
    }

    /** An {@code f32}. */
    public float f32(long slot) {
        return slot <= windowEnd - Float.BYTES ? Window.f32(window, slot) : segment.get(MessageLayout.FLOAT, slot);
    }

    /** An {@code f64}. */
    public double f64(long slot) {
        return slot <= windowEnd - Double.BYTES ? Window.f64(window, slot) : segment.get(MessageLayout.DOUBLE, slot);
    }

    /** Text. */
    public String text(long slot, String where) {
        long place = i64(slot);
        if (place == 0) {
            return "";
        }
        long count = MessageLayout.count(place);
        long at = part(place, count, 1, where);
        if (count > Integer.MAX_VALUE) {
            throw new BrokenMessageException(where, count + " bytes are more than a String holds");
        }
        int bytes = (int) count;
        if (at + count <= windowEnd) {
            int begin = (int) at;
            return isAscii(begin, bytes) ? asciiString(begin, bytes) : decoded(window, begin, bytes, where);
        }
        byte[] array = bytes <= SHORT_STRING ? shortString(bytes) : new byte[bytes];
        MemorySegment.copy(segment, MessageLayout.BYTE, at, array, 0, bytes);
        return decoded(array, 0, bytes, where);
    }

    private byte[] shortString(int bytes) {
        if (utf8.length < bytes) {
            utf8 = new byte[SHORT_STRING];
        }
        return utf8;
    }

    private static String decoded(byte[] array, int begin, int bytes, String where) {
        String text = new String(array, begin, bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            requireUtf8(array, begin, bytes, where);
        }
        return text;
    }

    /** Deprecated for what it does to other text; it is the one constructor small enough to be compiled into its caller. */
    @SuppressWarnings("deprecation")
    private String asciiString(int begin, int bytes) {
        return new String(window, 0, begin, bytes);
    }

    /** Looked at in whole words; what lies behind the bytes may say no as well. */
    private boolean isAscii(int begin, int bytes) {
        long signs = 0;
        int end = Math.min(begin + bytes, window.length - Long.BYTES + 1);
        int at = begin;
        for (; at < end; at += Long.BYTES) {
            signs |= Window.i64(window, at);
        }
        return (signs & SIGN_OF_EACH_BYTE) == 0 && at >= begin + bytes;
    }

    /** What cannot be decoded is replaced, but the replacement is a char that may be meant. */
    private static void requireUtf8(byte[] array, int begin, int bytes, String where) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array, begin, bytes));
        } catch (CharacterCodingException malformed) {
            throw new BrokenMessageException(where, "is not UTF-8");
        }
    }

    /** Bytes in place, read-only. */
    public MemorySegment bytes(long slot, String where) {
        long place = i64(slot);
        long count = MessageLayout.count(place);
        long at = place == 0 ? 0 : part(place, count, MessageLayout.PART_ALIGNMENT, where);
        return segment.asSlice(at, count).asReadOnly();
    }

    /** Where the record of a slot begins. */
    long record(long slot, String where) {
        long place = i64(slot);
        if (MessageLayout.count(place) != 1) {
            throw new BrokenMessageException(where, "count of a record is " + MessageLayout.count(place) + ", not 1");
        }
        return place(MessageLayout.at(place), 0, MessageLayout.PART_ALIGNMENT, where);
    }

    /** The function behind a number. */
    Object callback(int number, ValueCodec.Callback codec, String where) {
        try {
            return references.callback(number, codec);
        } catch (IllegalArgumentException unknown) {
            throw new BrokenMessageException(where, String.valueOf(unknown.getMessage()));
        }
    }

    /** The elements of a tensor by reference. */
    MemorySegment elements(int lease, long offset, long bytes, String where) {
        try {
            MemorySegment elements = references.elements(lease, offset, bytes);
            if (elements.byteSize() == bytes) {
                return elements;
            }
            throw new IllegalArgumentException(
                    "the lease gives " + elements.byteSize() + " bytes, the tensor has " + bytes);
        } catch (IllegalArgumentException refused) {
            throw new BrokenMessageException(where, String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Moves behind a part that is not empty and returns where it begins.
     *
     * @param slot as it was read
     * @param bytes how long the part is
     */
    long part(long slot, long bytes, int alignment, String where) {
        if (MessageLayout.count(slot) == 0) {
            throw new BrokenMessageException(
                    where, "what is empty has a slot of zeros, not one at " + MessageLayout.at(slot));
        }
        return place(MessageLayout.at(slot), bytes, alignment, where);
    }

    /** Moves behind so many bytes at {@code at} and returns that. */
    long place(long at, long bytes, int alignment, String where) {
        if (at < cursor) {
            throw new BrokenMessageException(
                    where, "begins at " + at + ", but what is in front of it ends at " + cursor);
        }
        if (at > size || bytes > size - at) {
            throw beyond(where, "a part", at, bytes);
        }
        if ((at & alignment - 1) != 0) {
            throw new BrokenMessageException(where, "begins at " + at + "; it must be a multiple of " + alignment);
        }
        cursor = at + bytes;
        return at;
    }

    private BrokenMessageException beyond(String where, String what, long at, long bytes) {
        return new BrokenMessageException(
                where, what + " of " + bytes + " bytes at " + at + " is not in the message, which has " + size);
    }

    /** The message that it is turned to. */
    public MemorySegment segment() {
        return segment;
    }

    /** What numbers in the message stand for. */
    public MessageReferences references() {
        return references;
    }
}
