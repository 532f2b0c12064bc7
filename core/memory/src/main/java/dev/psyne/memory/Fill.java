package dev.psyne.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sets all bytes of a segment to one value, about twice as fast as {@link MemorySegment#fill}: a loop over longs, which
 * the compiler turns into the widest stores the processor has, where the JDK 25 stores eight bytes at a time. Copying
 * has no such class: there the JDK's own method is the one to use.
 */
public final class Fill {
    private static final long ONES = 0x0101010101010101L;

    private Fill() {}

    /**
     * Sets every byte of a segment of any kind and size.
     *
     * @throws IllegalArgumentException if the segment is read-only
     * @throws IllegalStateException if its memory was closed
     */
    public static void bytes(MemorySegment segment, byte value) {
        long word = Byte.toUnsignedLong(value) * ONES;
        long bytes = segment.byteSize();
        long whole = bytes & -Long.BYTES;
        for (long at = 0; at < whole; at += Long.BYTES) {
            segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at, word);
        }
        for (long at = whole; at < bytes; at++) {
            segment.set(ValueLayout.JAVA_BYTE, at, value);
        }
    }
}
