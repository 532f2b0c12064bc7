package dev.psyne.image;

import java.lang.foreign.MemorySegment;

/**
 * The chunks of a WebP file (RFC 9649, section 2): RIFF, size, WEBP, then chunks of type, little-endian length, data and
 * a byte of padding after odd lengths. Only the bitstream chunk goes to the decoder; alpha beside it is dropped unread.
 */
final class WebpContainer {
    private static final int RIFF_BYTES = 4;
    private static final int FIRST_CHUNK = 12;
    private static final int TYPE_BYTES = 4;
    private static final int DATA = 8;
    private static final int EXTENDED_BYTES = 10;
    private static final int ANIMATION_FLAG = 0x02;
    private static final int LOSSLESS_SIGNATURE = 0x2f;
    private static final int SIZE_14_BITS = 0x3fff;

    private final ImageBytes bytes;
    private int width;
    private int height;
    private int orientation = ExifOrientation.UPRIGHT;
    private long bitstream = -1;

    WebpContainer(MemorySegment file) {
        this.bytes = new ImageBytes(file, ImageFormat.WEBP);
    }

    ImageHeader header(ImageLimits limits) {
        bytes.u32(FIRST_CHUNK);
        long chunk = FIRST_CHUNK;
        while (bytes.has(chunk, DATA)) {
            long length = bytes.u32Little(chunk + TYPE_BYTES);
            readChunk(chunk, length, limits);
            chunk += DATA + length + (length & 1);
        }
        if (width == 0) {
            throw noImage();
        }
        return new ImageHeader(ImageFormat.WEBP, width, height, orientation);
    }

    private void readChunk(long chunk, long length, ImageLimits limits) {
        long data = chunk + DATA;
        if (bytes.matches(chunk, "VP8X")) {
            if (length < EXTENDED_BYTES) {
                throw BrokenImageException.damaged(ImageFormat.WEBP, "its header is too short");
            }
            if ((bytes.u8(data) & ANIMATION_FLAG) != 0) {
                throw new UnsupportedImageException("This WebP is an animation: save one frame as PNG, JPEG or WebP.");
            }
            size(bytes.u24Little(data + 4) + 1, bytes.u24Little(data + 7) + 1, limits);
        } else if (bytes.matches(chunk, "VP8 ")) {
            lossy(data, limits);
            bitstream(chunk);
        } else if (bytes.matches(chunk, "VP8L")) {
            lossless(data, limits);
            bitstream(chunk);
        } else if (bytes.matches(chunk, "EXIF")) {
            long tiff = bytes.matches(data, JpegContainer.EXIF) ? data + JpegContainer.EXIF.length() : data;
            orientation = ExifOrientation.read(bytes, tiff, data + length);
        }
    }

    /** RFC 6386, section 9.1: a 3-byte frame tag, the start code, 14 bits of width and of height with 2 of scale. */
    private void lossy(long data, ImageLimits limits) {
        if ((bytes.u8(data) & 1) != 0 || bytes.u24Little(data + 3) != 0x2a019d) {
            throw BrokenImageException.damaged(ImageFormat.WEBP, "its frame does not begin as one");
        }
        size(bytes.u16Little(data + 6) & SIZE_14_BITS, bytes.u16Little(data + 8) & SIZE_14_BITS, limits);
    }

    /** RFC 9649, section 3.4: the signature, then 14 bits of width less 1 and of height less 1. */
    private void lossless(long data, ImageLimits limits) {
        long packed = bytes.u32Little(data + 1);
        if (bytes.u8(data) != LOSSLESS_SIGNATURE) {
            throw BrokenImageException.damaged(ImageFormat.WEBP, "its frame does not begin as one");
        }
        size((int) (packed & SIZE_14_BITS) + 1, (int) (packed >> 14 & SIZE_14_BITS) + 1, limits);
    }

    private void size(int columns, int rows, ImageLimits limits) {
        if (columns < 1 || rows < 1) {
            throw BrokenImageException.damaged(ImageFormat.WEBP, "its size is " + columns + " x " + rows);
        }
        limits.checkPixels(columns, rows);
        if (width != 0 && (width != columns || height != rows)) {
            throw BrokenImageException.damaged(ImageFormat.WEBP, "its parts disagree about its size");
        }
        width = columns;
        height = rows;
    }

    private void bitstream(long chunk) {
        if (bitstream >= 0) {
            throw BrokenImageException.damaged(ImageFormat.WEBP, "it holds more than one image");
        }
        bitstream = chunk;
    }

    /**
     * Leaves in {@code file} a plain WebP of the bitstream alone. Call after {@link #header}.
     *
     * @param file the bytes this container reads, changed in place
     * @return the length of what is left
     */
    int keepPixels(byte[] file) {
        if (bitstream < 0) {
            throw noImage();
        }
        long length = bytes.u32Little(bitstream + TYPE_BYTES);
        if (!bytes.has(bitstream, DATA + length)) {
            throw BrokenImageException.cutOff(ImageFormat.WEBP);
        }
        Compaction kept = new Compaction(file, FIRST_CHUNK);
        kept.keep((int) bitstream, (int) (bitstream + DATA + length));
        int riffBytes = kept.length() - DATA;
        for (int i = 0; i < Integer.BYTES; i++) {
            file[TYPE_BYTES + i] = (byte) (riffBytes >> (Byte.SIZE * i));
        }
        return kept.length();
    }

    private BrokenImageException noImage() {
        return bytes.u32Little(RIFF_BYTES) + DATA > bytes.size()
                ? BrokenImageException.cutOff(ImageFormat.WEBP)
                : BrokenImageException.damaged(ImageFormat.WEBP, "it holds no image");
    }
}
