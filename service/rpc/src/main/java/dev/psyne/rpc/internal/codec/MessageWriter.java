package dev.psyne.rpc.internal.codec;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** Chars up to which a loop is faster than the array that a String makes of itself. */
    private static final int SHORT_STRING = 64;

    private final @Nullable MessageBlocks allocator;
    private MessageReferences references;
    private final long limitBytes;
    private final byte[] window = new byte[Window.BYTES];

    /** What lies in front of it is in the window, what lies behind it in the segment. */
    private int windowEnd;

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
        windowEnd = 0;
        depth = 0;
    }

    void finish() {
        MemorySegment.copy(window, 0, segment, MessageLayout.BYTE, 0, windowEnd);
    }

    /** Begins a record behind what is written: its fixed part, all zeros but the length. Returns where. */
    public long begin(int fixedBytes, String record) {
        if (++depth > MessageLayout.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    record + ": records lie deeper than " + MessageLayout.MAX_DEPTH + " in each other; flatten them");
        }
        long at = table(fixedBytes, MessageLayout.PART_ALIGNMENT, record);
        i32(at, fixedBytes);
        return at;
    }

    /** Ends the record that was begun last. */
    public void end() {
        depth--;
    }

    /** Says that an optional field is there. */
    public void present(long presenceAt, int bit) {
        boolean near = presenceAt < windowEnd;
        int word = near ? Window.i32(window, presenceAt) : segment.get(MessageLayout.INT, presenceAt);
        i32(presenceAt, word | bit);
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
        i8(slot, (byte) (value ? 1 : 0));
    }

    /** Sets an {@code i8}. */
    public void i8(long slot, byte value) {
        if (slot < windowEnd) {
            window[(int) slot] = value;
        } else {
            segment.set(MessageLayout.BYTE, slot, value);
        }
    }

    /** Sets an {@code i16}. */
    public void i16(long slot, short value) {
        if (slot < windowEnd) {
            Window.i16(window, slot, value);
        } else {
            segment.set(MessageLayout.SHORT, slot, value);
        }
    }

    /** Sets an {@code i32}. */
    public void i32(long slot, int value) {
        if (slot < windowEnd) {
            Window.i32(window, slot, value);
        } else {
            segment.set(MessageLayout.INT, slot, value);
        }
    }

    /** Sets an {@code i64}. */
    public void i64(long slot, long value) {
        if (slot < windowEnd) {
            Window.i64(window, slot, value);
        } else {
            segment.set(MessageLayout.LONG, slot, value);
        }
    }

    /** Sets an {@code f32}. */
    public void f32(long slot, float value) {
        if (slot < windowEnd) {
            Window.f32(window, slot, value);
        } else {
            segment.set(MessageLayout.FLOAT, slot, value);
        }
    }

    /** Sets an {@code f64}. */
    public void f64(long slot, double value) {
        if (slot < windowEnd) {
            Window.f64(window, slot, value);
        } else {
            segment.set(MessageLayout.DOUBLE, slot, value);
        }
    }

    /** Sets the slot of a part. */
    public void slot(long slot, long at, long count) {
        i64(slot, MessageLayout.slot(at, count));
    }

    /** Appends text and sets its slot. */
    public void text(long slot, String text, String where) {
        int chars = text.length();
        if (chars == 0 || (chars <= SHORT_STRING && asciiText(slot, text, chars))) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long at = part(bytes.length, 1, where);
        if (at < windowEnd) {
            System.arraycopy(bytes, 0, window, (int) at, bytes.length);
        } else {
            MemorySegment.copy(bytes, 0, segment, MessageLayout.BYTE, at, bytes.length);
        }
        slot(slot, at, bytes.length);
    }

    /** Appends a short text if it is ASCII and there is room in the window; it costs no array. */
    private boolean asciiText(long slot, String text, int chars) {
        long at = position;
        if (at != windowEnd || chars > Window.BYTES - at || chars > capacity - at) {
            return false;
        }
        byte[] bytes = window;
        int begin = (int) at;
        int all = 0;
        for (int i = 0; i < chars; i++) {
            char unit = text.charAt(i);
            all |= unit;
            bytes[begin + i] = (byte) unit;
        }
        if (all > Byte.MAX_VALUE) {
            return false;
        }
        windowEnd = begin + chars;
        position = windowEnd;
        slot(slot, at, chars);
        return true;
    }

    /** Appends bytes and sets their slot. */
    public void bytes(long slot, MemorySegment bytes, String where) {
        long count = bytes.byteSize();
        if (count > 0) {
            long at = room(count, MessageLayout.PART_ALIGNMENT, where);
            MemorySegment.copy(bytes, 0, segment, at, count);
            slot(slot, at, count);
        }
    }

    /** A part that is written by this class's methods; what it holds is undefined. Returns where. */
    private long part(long bytes, int alignment, String where) {
        long at = align(bytes, alignment, where);
        if (windowEnd == at && at + bytes <= Window.BYTES) {
            windowEnd = (int) (at + bytes);
        }
        position = at + bytes;
        return at;
    }

    /** The same in {@link #segment}, where the caller writes it. Behind it nothing is in the window any more. */
    long room(long bytes, int alignment, String where) {
        long at = align(bytes, alignment, where);
        position = at + bytes;
        return at;
    }

    /** A part of zeros. */
    long table(long bytes, int alignment, String where) {
        long at = part(bytes, alignment, where);
        if (at < windowEnd) {
            Arrays.fill(window, (int) at, windowEnd, (byte) 0);
        } else {
            segment.asSlice(at, bytes).fill((byte) 0);
        }
        return at;
    }

    /** Fills up with zeros to the next multiple, behind which there is room. */
    private long align(long bytes, int alignment, String where) {
        long begin = position;
        long at = MessageLayout.align(begin, alignment);
        if (bytes > capacity - at) {
            grow(at, bytes, where);
        }
        boolean near = windowEnd == begin && at <= Window.BYTES;
        for (long gap = begin; gap < at; gap++) {
            if (near) {
                window[(int) gap] = 0;
            } else {
                segment.set(MessageLayout.BYTE, gap, (byte) 0);
            }
        }
        windowEnd = near ? (int) at : windowEnd;
        return at;
    }

    /** The memory; another one after each call that appends. */
    MemorySegment segment() {
        return segment;
    }

    /** The longest message. */
    public long limitBytes() {
        return limitBytes;
    }

    /** What its messages stand for things outside of them with, from the next one on. */
    public MessageWriter refer(MessageReferences to) {
        references = to;
        return this;
    }

    /** What is written stands for things outside of the message with. */
    public MessageReferences references() {
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
