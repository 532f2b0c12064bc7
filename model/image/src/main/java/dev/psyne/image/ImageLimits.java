package dev.psyne.image;

import java.util.Locale;

/**
 * What a file may cost, checked from its header before a pixel is decoded.
 *
 * @param maxBytes largest file in bytes
 * @param maxPixels most pixels, width times height
 * @param maxEdge longest edge in pixels
 */
public record ImageLimits(long maxBytes, long maxPixels, int maxEdge) {
    private static final long STANDARD_BYTES = 20_000_000;
    private static final long STANDARD_PIXELS = 16_000_000;
    private static final int STANDARD_EDGE = 16_384;
    /** A picture is one Java array of 3 bytes a pixel. */
    private static final long ARRAY_PIXELS = (Integer.MAX_VALUE - 8) / Picture.CHANNELS;

    /** Checks the limits: each at least 1, the file and its picture small enough for one Java array. */
    public ImageLimits {
        if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("maxBytes must be 1 to 2147483639, not " + maxBytes);
        }
        if (maxPixels < 1 || maxPixels > ARRAY_PIXELS) {
            throw new IllegalArgumentException("maxPixels must be 1 to " + ARRAY_PIXELS + ", not " + maxPixels);
        }
        if (maxEdge < 1) {
            throw new IllegalArgumentException("maxEdge must be at least 1, not " + maxEdge);
        }
    }

    /** 20 MB, 16 million pixels, 16 384 pixels an edge. */
    public static ImageLimits standard() {
        return new ImageLimits(STANDARD_BYTES, STANDARD_PIXELS, STANDARD_EDGE);
    }

    void checkBytes(long bytes) {
        if (bytes > maxBytes) {
            throw new ImageTooLargeException(String.format(
                    Locale.ROOT,
                    "This image file has %.1f MB and the limit is %.1f MB: save it smaller.",
                    bytes / 1e6,
                    maxBytes / 1e6));
        }
    }

    void checkPixels(int width, int height) {
        long pixels = (long) width * height;
        if (pixels > maxPixels) {
            throw new ImageTooLargeException(String.format(
                    Locale.ROOT,
                    "This image is %d x %d, %.1f million pixels, and the limit is %.1f million: scale it down.",
                    width,
                    height,
                    pixels / 1e6,
                    maxPixels / 1e6));
        }
        if (Math.max(width, height) > maxEdge) {
            throw new ImageTooLargeException(String.format(
                    Locale.ROOT,
                    "This image is %d x %d and the longest edge may have %d pixels: scale it down.",
                    width,
                    height,
                    maxEdge));
        }
    }
}
