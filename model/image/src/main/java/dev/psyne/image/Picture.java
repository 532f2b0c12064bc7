package dev.psyne.image;

/**
 * Upright pixels in sRGB values as the file stores them: no colour profile is applied and alpha is dropped without
 * blending. Safe to share between threads as long as nobody writes into {@link #rgb()}.
 */
public final class Picture {
    /** Red, green, blue. */
    public static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final byte[] rgb;

    private Picture(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * A picture over bytes that the caller gives away.
     *
     * @param rgb RGB8, interleaved, row by row from the top left, {@code width * height * 3} bytes; not copied
     */
    public static Picture of(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a picture has at least 1 x 1 pixels, not " + width + " x " + height);
        }
        if ((long) width * height * CHANNELS != rgb.length) {
            throw new IllegalArgumentException(width + " x " + height + " pixels need "
                    + (long) width * height * CHANNELS + " bytes, not " + rgb.length);
        }
        return new Picture(width, height, rgb);
    }

    /** Columns. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** The picture's own bytes, not a copy: RGB8, interleaved, row by row from the top left. To be read only. */
    public byte[] rgb() {
        return rgb;
    }
}
