package dev.psyne.rpc.internal.codec;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message after the other, each from the beginning of the same memory: a block of an allocator that grows as it must, or
 * memory of the caller's, such as a channel's claim. A message longer than the bound is an IllegalArgumentException, and so is
 * a value that its schema does not allow; the next message starts anew. A char of a String that is half of a pair is written
 * as {@code ?}, as Java does everywhere.
 *
 * <p>The methods with a {@code slot} are for codecs, those made at run time included. For one thread at a time.
 */
public final class MessageWriter implements AutoCloseable {
    private static final int FIRST_BYTES = 4096;

    /** UTF-16 units of a string that is written before its length in bytes is known. */
    private static final int SHORT_STRING = 2048;

    private static final int MOST_BYTES_PER_CHAR = 3;
    private static final int FEW_WORDS_BYTES = 256;
    private static final long SIGN_OF_EACH_BYTE = 0x8080_8080_8080_8080L;

    private final @Nullable MessageBlocks allocator;
    private final MessageReferences references;
    private final long limitBytes;
    private MemorySegment segment;
    private long capacity;
    private long position;
    private int depth;

    private MessageWriter(
            @Nullable MessageBlocks allocator, MemorySegment segment, long limitBytes, MessageReferences references) {
        this.allocator = allocator;
        this.references = references;
        this.limitBytes = Math.min(limitBytes, MessageLayout.MAX_MESSAGE_BYTES);
        this.segment = segment;
        this.capacity = Math.min(segment.byteSize(), this.limitBytes);
    }

    /**
     * Into blocks of an allocator; {@link #close} gives the last one back.
     *
     * @param limitBytes the longest message, 1 or more; beyond 4 GiB it is 4 GiB
     */
    public static MessageWriter growing(MessageBlocks allocator, long limitBytes, MessageReferences references) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException("limitBytes is " + limitBytes + "; it must be 1 or more");
        }
        MemorySegment first = allocator.allocate(Math.min(FIRST_BYTES, limitBytes));
        return new MessageWriter(allocator, first, limitBytes, references);
    }

    /**
     * Into memory of the caller's, from its beginning and no further than its end.
     *
     * @param target aligned to 64 bytes, so that tensors can be read in place
     */
    public static MessageWriter over(MemorySegment target, MessageReferences references) {
        return new MessageWriter(null, target, target.byteSize(), references);
    }

    /** The message that was written last, in place: good until the next one is begun or this is closed. */
    public MemorySegment message() {
        return segment.asSlice(0, position);
    }

    /** Bytes of the message so far. */
    public long size() {
        return position;
    }

    void start() {
        position = 0;
        depth = 0;
    }

    /** Begins a record behind what is written: its fixed part, all zeros but the length. Returns where. */
    public long begin(int fixedBytes, String record) {
        if (++depth > MessageLayout.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    record + ": records lie deeper than " + MessageLayout.MAX_DEPTH + " in each other; flatten them");
        }
        long at = table(fixedBytes, MessageLayout.PART_ALIGNMENT, record);
        segment.set(MessageLayout.INT, at, fixedBytes);
        return at;
    }

    /** Ends the record that was begun last. */
    public void end() {
        depth--;
    }

    /** Says that an optional field is there. */
    public void present(long presenceAt, int bit) {
        segment.set(MessageLayout.INT, presenceAt, segment.get(MessageLayout.INT, presenceAt) | bit);
    }

    /** The value of a field that is always there. */
    public static <T> T required(@Nullable T value, String where) {
        if (value == null) {
            throw new IllegalArgumentException(where + ": is null; give a value, or make the field optional");
        }
        return value;
    }

    /** Sets a {@code bool}. */
    public void bool(long slot, boolean value) {
        segment.set(MessageLayout.BYTE, slot, (byte) (value ? 1 : 0));
    }

    /** Sets an {@code i8}. */
    public void i8(long slot, byte value) {
        segment.set(MessageLayout.BYTE, slot, value);
    }

    /** Sets an {@code i16}. */
    public void i16(long slot, short value) {
        segment.set(MessageLayout.SHORT, slot, value);
    }

    /** Sets an {@code i32}. */
    public void i32(long slot, int value) {
        segment.set(MessageLayout.INT, slot, value);
    }

    /** Sets an {@code i64}. */
    public void i64(long slot, long value) {
        segment.set(MessageLayout.LONG, slot, value);
    }

    /** Sets an {@code f32}. */
    public void f32(long slot, float value) {
        segment.set(MessageLayout.FLOAT, slot, value);
    }

    /** Sets an {@code f64}. */
    public void f64(long slot, double value) {
        segment.set(MessageLayout.DOUBLE, slot, value);
    }

    /** Sets the slot of a part. */
    public void slot(long slot, long at, long count) {
        segment.set(MessageLayout.LONG, slot, MessageLayout.slot(at, count));
    }

    /** Appends text and sets its slot. */
    public void text(long slot, String text, String where) {
        int chars = text.length();
        if (chars == 0) {
            return;
        }
        long at = position;
        long most = (long) MOST_BYTES_PER_CHAR * chars + Long.BYTES;
        if (chars > SHORT_STRING || most > capacity - at) {
            longText(slot, text, where);
            return;
        }
        segment.setString(at, text, StandardCharsets.UTF_8);
        int bytes = isAscii(at, chars) ? chars : utf8Bytes(text);
        position = at + bytes;
        slot(slot, at, bytes);
    }

    /** Each char beyond ASCII begins with a byte whose sign is set; in front of the first of them all are one byte. */
    private boolean isAscii(long at, int chars) {
        MemorySegment memory = segment;
        long signs = 0;
        int whole = chars & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            signs |= memory.get(MessageLayout.LONG, at + i);
        }
        long rest = (1L << (chars - whole) * Byte.SIZE) - 1;
        signs |= memory.get(MessageLayout.LONG, at + whole) & rest;
        return (signs & SIGN_OF_EACH_BYTE) == 0;
    }

    private static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                bytes++;
            } else if (unit < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(unit)) {
                bytes += MOST_BYTES_PER_CHAR;
            } else if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                bytes += 4;
                i++;
            } else {
                bytes++;
            }
        }
        return bytes;
    }

    private void longText(long slot, String text, String where) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long at = part(bytes.length, 1, where);
        MemorySegment.copy(bytes, 0, segment, MessageLayout.BYTE, at, bytes.length);
        slot(slot, at, bytes.length);
    }

    /** Appends bytes and sets their slot. */
    public void bytes(long slot, MemorySegment bytes, String where) {
        long count = bytes.byteSize();
        if (count > 0) {
            long at = part(count, MessageLayout.PART_ALIGNMENT, where);
            MemorySegment.copy(bytes, 0, segment, at, count);
            slot(slot, at, count);
        }
    }

    /** Space behind what is written, at a multiple of {@code alignment}; what it holds is undefined. Returns where. */
    long part(long bytes, int alignment, String where) {
        long at = MessageLayout.align(position, alignment);
        if (bytes > capacity - at) {
            grow(at, bytes, where);
        }
        for (long gap = position; gap < at; gap++) {
            segment.set(MessageLayout.BYTE, gap, (byte) 0);
        }
        position = at + bytes;
        return at;
    }

    /** The same, all zeros. */
    long table(long bytes, int alignment, String where) {
        long at = part(bytes, alignment, where);
        if (bytes > FEW_WORDS_BYTES || bytes % Long.BYTES != 0) {
            segment.asSlice(at, bytes).fill((byte) 0);
        } else {
            for (long word = 0; word < bytes; word += Long.BYTES) {
                segment.set(MessageLayout.LONG, at + word, 0L);
            }
        }
        return at;
    }

    /** The memory; another one after each call that appends. */
    MemorySegment segment() {
        return segment;
    }

    MessageReferences references() {
        return references;
    }

    private void grow(long at, long bytes, String where) {
        if (bytes > limitBytes - at) {
            throw new IllegalArgumentException(where + ": with it the message has more than " + limitBytes
                    + " bytes; send less at a time, or raise the limit");
        }
        if (allocator == null) {
            throw new IllegalStateException("memory of " + capacity + " bytes below a limit of " + limitBytes);
        }
        MemorySegment larger = allocator.allocate(Math.min(limitBytes, Math.max(at + bytes, 2 * capacity)));
        MemorySegment.copy(segment, 0, larger, 0, position);
        allocator.free(segment);
        segment = larger;
        capacity = larger.byteSize();
    }

    /** Gives the memory back to the allocator it came from; no message may be written or read any more. */
    @Override
    public void close() {
        if (allocator != null && capacity > 0) {
            allocator.free(segment);
        }
        segment = MemorySegment.NULL;
        capacity = 0;
        position = 0;
    }
}
