package dev.psyne.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads numbers out of an image file; a read past its end says that the file was cut off. */
final class ImageBytes {
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort LITTLE_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LITTLE_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment file;
    private final ImageFormat format;
    private final long size;

    ImageBytes(MemorySegment file, ImageFormat format) {
        this.file = file;
        this.format = format;
        this.size = file.byteSize();
    }

    long size() {
        return size;
    }

    boolean has(long offset, long bytes) {
        return offset >= 0 && bytes >= 0 && offset <= size - bytes;
    }

    int u8(long offset) {
        require(offset, 1);
        return Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, offset));
    }

    int u16(long offset) {
        require(offset, 2);
        return Short.toUnsignedInt(file.get(BIG_SHORT, offset));
    }

    int u16Little(long offset) {
        require(offset, 2);
        return Short.toUnsignedInt(file.get(LITTLE_SHORT, offset));
    }

    /** Unsigned 24 bits, little endian. */
    int u24Little(long offset) {
        return u16Little(offset) | u8(offset + 2) << 16;
    }

    long u32(long offset) {
        require(offset, 4);
        return Integer.toUnsignedLong(file.get(BIG_INT, offset));
    }

    long u32Little(long offset) {
        require(offset, 4);
        return Integer.toUnsignedLong(file.get(LITTLE_INT, offset));
    }

    /** Whether the ASCII text stands at the offset; false past the end. */
    boolean matches(long offset, String ascii) {
        return matches(file, offset, ascii);
    }

    static boolean matches(MemorySegment file, long offset, String ascii) {
        byte[] expected = ascii.getBytes(StandardCharsets.ISO_8859_1);
        if (offset < 0 || offset > file.byteSize() - expected.length) {
            return false;
        }
        return MemorySegment.mismatch(
                        file, offset, offset + expected.length, MemorySegment.ofArray(expected), 0, expected.length)
                < 0;
    }

    private void require(long offset, int bytes) {
        if (!has(offset, bytes)) {
            throw BrokenImageException.cutOff(format);
        }
    }
}
