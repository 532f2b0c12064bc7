package dev.psyne.image;

import java.lang.foreign.MemorySegment;

/**
 * The marker segments of a JPEG file (ITU-T T.81, annex B): FF, marker, length u16 that counts itself, data. Entropy
 * coded data follows a scan header and lasts until the next marker that is neither a stuffed FF nor a restart.
 */
final class JpegContainer {
    static final String SIGNATURE = "\u00ff\u00d8\u00ff";
    static final String EXIF = "Exif\0\0";
    /** More scans than any encoder writes: each one costs the decoder a pass over the whole picture. */
    static final int MAX_SCANS = 100;

    private static final int SOI_BYTES = 2;
    private static final int PREFIX = 0xff;
    private static final int TEM = 0x01;
    private static final int SOF_BASELINE = 0xc0;
    private static final int SOF_PROGRESSIVE = 0xc2;
    private static final int SOF_LAST = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST_FIRST = 0xd0;
    private static final int RST_LAST = 0xd7;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP_FIRST = 0xe0;
    private static final int APP_EXIF = 0xe1;
    private static final int APP_ADOBE = 0xee;
    private static final int APP_LAST = 0xef;
    private static final int COMMENT = 0xfe;

    private final ImageBytes bytes;
    private final JpegColors.Builder colors = JpegColors.builder();
    private int width;
    private int height;
    private int orientation = ExifOrientation.UPRIGHT;

    JpegContainer(MemorySegment file) {
        this.bytes = new ImageBytes(file, ImageFormat.JPEG);
    }

    /** How the components become RGB. Call after {@link #header}. */
    JpegColors colors() {
        return colors.build();
    }

    ImageHeader header(ImageLimits limits) {
        long at = SOI_BYTES;
        while (true) {
            at = nextMarker(at);
            int marker = bytes.u8(at - 1);
            if (marker == SOS || marker == EOI) {
                break;
            }
            if (!isAlone(marker)) {
                readSegment(marker, at, limits);
                at += length(at);
            }
        }
        if (width == 0) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "it holds no image");
        }
        return new ImageHeader(ImageFormat.JPEG, width, height, orientation);
    }

    private void readSegment(int marker, long at, ImageLimits limits) {
        if (isFrame(marker)) {
            readFrame(marker, at, limits);
        } else if (marker == APP_EXIF && bytes.matches(at + 2, EXIF)) {
            orientation = ExifOrientation.read(bytes, at + 2 + EXIF.length(), at + length(at));
        } else if (marker == APP_FIRST && bytes.matches(at + 2, "JFIF\0")) {
            colors.jfif();
        } else if (marker == APP_ADOBE && bytes.matches(at + 2, "Adobe") && length(at) >= 14) {
            colors.adobe(bytes.u8(at + 13));
        }
    }

    /** Frame header: length u16, precision u8, rows u16, columns u16, components u8, then id, sampling, table of each. */
    private void readFrame(int marker, long at, ImageLimits limits) {
        int rows = bytes.u16(at + 3);
        int columns = bytes.u16(at + 5);
        int components = bytes.u8(at + 7);
        if (width != 0) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "it holds more than one frame");
        }
        if (rows == 0 || columns == 0) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "its size is " + columns + " x " + rows);
        }
        limits.checkPixels(columns, rows);
        if (marker > SOF_PROGRESSIVE || bytes.u8(at + 2) != Byte.SIZE) {
            throw new UnsupportedImageException(
                    "This JPEG is lossless, arithmetic coded or has 12 bits a sample: save it as a usual JPEG or PNG.");
        }
        if (components != 1 && components != 3 && components != 4) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "it has " + components + " components");
        }
        for (int i = 0; i < components; i++) {
            colors.component(bytes.u8(at + 8 + 3L * i));
        }
        width = columns;
        height = rows;
    }

    /**
     * Leaves in {@code file} only what pixels need: no profile, thumbnail or comment reaches the decoder, and a file
     * without its end marker is refused here, where a decoder would fill up with grey.
     *
     * @param file the bytes this container reads, changed in place
     * @return the length of what is left
     */
    int keepPixels(byte[] file) {
        Compaction kept = new Compaction(file, SOI_BYTES);
        int scans = 0;
        long at = SOI_BYTES;
        while (true) {
            at = nextMarker(at);
            int marker = bytes.u8(at - 1);
            long begin = at - 2;
            if (marker == EOI) {
                kept.keep((int) begin, (int) at);
                return kept.length();
            }
            if (isAlone(marker)) {
                continue;
            }
            at += length(at);
            if (!bytes.has(begin, at - begin)) {
                throw BrokenImageException.cutOff(ImageFormat.JPEG);
            }
            if (marker == SOS) {
                if (++scans > MAX_SCANS) {
                    throw BrokenImageException.damaged(ImageFormat.JPEG, "it has more than " + MAX_SCANS + " scans");
                }
                at = endOfScan(file, (int) at);
            }
            if (!isDropped(marker)) {
                kept.keep((int) begin, (int) at);
            }
        }
    }

    /** The position after the next marker at or after {@code at}; bytes that are no marker are stepped over. */
    private long nextMarker(long at) {
        long next = at;
        while (bytes.u8(next) != PREFIX || bytes.u8(next + 1) == PREFIX || bytes.u8(next + 1) == 0) {
            next++;
        }
        return next + 2;
    }

    private static int endOfScan(byte[] file, int begin) {
        for (int at = begin; at < file.length - 1; at++) {
            if (file[at] == (byte) PREFIX) {
                int marker = Byte.toUnsignedInt(file[at + 1]);
                if (marker != 0 && marker != PREFIX && (marker < RST_FIRST || marker > RST_LAST)) {
                    return at;
                }
            }
        }
        throw BrokenImageException.cutOff(ImageFormat.JPEG);
    }

    private int length(long at) {
        int length = bytes.u16(at);
        if (length < 2) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "a segment of it has no length");
        }
        return length;
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF_BASELINE && marker <= SOF_LAST && marker != DHT && marker != JPG && marker != DAC;
    }

    private static boolean isAlone(int marker) {
        return marker == TEM || (marker >= RST_FIRST && marker < EOI);
    }

    private static boolean isDropped(int marker) {
        return marker == COMMENT || (marker >= APP_FIRST && marker <= APP_LAST && marker != APP_ADOBE);
    }
}
