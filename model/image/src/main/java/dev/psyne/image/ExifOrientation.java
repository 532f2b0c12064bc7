package dev.psyne.image;

/**
 * Finds tag 0x0112 in an EXIF block: a TIFF header and its first directory (EXIF 2.32, section 4.6). A block that
 * cannot be read counts as upright, as in browsers: it says nothing about the pixels' health.
 */
final class ExifOrientation {
    static final int UPRIGHT = 1;
    private static final int LAST = 8;
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int TIFF_HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 12;
    private static final int MAGIC = 42;

    private final ImageBytes bytes;
    private final long start;
    private final long end;
    private final boolean little;

    private ExifOrientation(ImageBytes bytes, long start, long end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.little = bytes.matches(start, "II");
    }

    /** The orientation in the TIFF block from {@code start} (included) to {@code end} (excluded), 1 to 8. */
    static int read(ImageBytes bytes, long start, long end) {
        if (end > bytes.size() || end - start < TIFF_HEADER_BYTES) {
            return UPRIGHT;
        }
        if (!bytes.matches(start, "II") && !bytes.matches(start, "MM")) {
            return UPRIGHT;
        }
        return new ExifOrientation(bytes, start, end).find();
    }

    private int find() {
        if (u16(start + 2) != MAGIC) {
            return UPRIGHT;
        }
        long directory = start + (little ? bytes.u32Little(start + 4) : bytes.u32(start + 4));
        if (directory > end - 2) {
            return UPRIGHT;
        }
        long entry = directory + 2;
        for (int left = u16(directory); left > 0 && entry <= end - ENTRY_BYTES; left--, entry += ENTRY_BYTES) {
            if (u16(entry) == TAG) {
                int value = u16(entry + 8);
                return u16(entry + 2) == SHORT && value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private int u16(long offset) {
        return little ? bytes.u16Little(offset) : bytes.u16(offset);
    }
}
