package dev.psyne.image;

import java.lang.foreign.MemorySegment;

/**
 * The chunks of a PNG file (W3C PNG, third edition, section 5).
 *
 * <pre>
 * 0  signature 89 'PNG' 0D 0A 1A 0A     8  length 13, 'IHDR'
 * 16 width u32   20 height u32          24 bit depth, colour type, compression, filter, interlace
 * 29 crc         33 ...                 chunks: length u32, type, data, crc
 * </pre>
 */
final class PngContainer {
    static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
    private static final int FIRST_CHUNK = 8;
    private static final int WIDTH = 16;
    private static final int HEIGHT = 20;
    /** Length, type and crc around a chunk's data. */
    private static final int FRAME_BYTES = 12;

    private static final int TYPE = 4;
    private static final int DATA = 8;

    private final ImageBytes bytes;

    PngContainer(MemorySegment file) {
        this.bytes = new ImageBytes(file, ImageFormat.PNG);
    }

    ImageHeader header(ImageLimits limits) {
        if (!bytes.matches(FIRST_CHUNK + TYPE, "IHDR")) {
            bytes.u32(FIRST_CHUNK + TYPE);
            throw BrokenImageException.damaged(ImageFormat.PNG, "it does not begin with its header");
        }
        long width = bytes.u32(WIDTH);
        long height = bytes.u32(HEIGHT);
        if (width < 1 || width > Integer.MAX_VALUE || height < 1 || height > Integer.MAX_VALUE) {
            throw BrokenImageException.damaged(ImageFormat.PNG, "its size is " + width + " x " + height);
        }
        limits.checkPixels((int) width, (int) height);
        return new ImageHeader(ImageFormat.PNG, (int) width, (int) height, orientation());
    }

    /** Walks the chunks for eXIf, which may also follow the pixels; stops quietly where the file ends. */
    private int orientation() {
        long chunk = FIRST_CHUNK;
        while (bytes.has(chunk, FRAME_BYTES)) {
            long length = bytes.u32(chunk);
            if (bytes.matches(chunk + TYPE, "eXIf")) {
                return ExifOrientation.read(bytes, chunk + DATA, chunk + DATA + length);
            }
            chunk += FRAME_BYTES + length;
        }
        return ExifOrientation.UPRIGHT;
    }

    /**
     * Leaves in {@code file} only the chunks that pixels need, so that no text, profile or time chunk reaches the
     * decoder.
     *
     * @param file the bytes this container reads, changed in place
     * @return the length of what is left
     */
    int keepPixels(byte[] file) {
        Compaction kept = new Compaction(file, FIRST_CHUNK);
        long chunk = FIRST_CHUNK;
        while (true) {
            if (!bytes.has(chunk, FRAME_BYTES)) {
                throw BrokenImageException.cutOff(ImageFormat.PNG);
            }
            long end = chunk + FRAME_BYTES + bytes.u32(chunk);
            if (end > bytes.size()) {
                throw BrokenImageException.cutOff(ImageFormat.PNG);
            }
            boolean last = bytes.matches(chunk + TYPE, "IEND");
            if (last || isForPixels(chunk + TYPE)) {
                kept.keep((int) chunk, (int) end);
            }
            if (last) {
                return kept.length();
            }
            chunk = end;
        }
    }

    private boolean isForPixels(long type) {
        return bytes.matches(type, "IDAT")
                || bytes.matches(type, "IHDR")
                || bytes.matches(type, "PLTE")
                || bytes.matches(type, "tRNS");
    }
}
