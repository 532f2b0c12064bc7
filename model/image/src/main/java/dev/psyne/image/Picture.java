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

    /**
     * A copy of a part.
     *
     * @throws IllegalArgumentException if it leaves the picture
     */
    public Picture crop(int left, int top, int partWidth, int partHeight) {
        if (left < 0 || top < 0 || left > width - partWidth || top > height - partHeight) {
            throw new IllegalArgumentException(partWidth + " x " + partHeight + " pixels from " + left + ", " + top
                    + " on are not in " + width + " x " + height);
        }
        byte[] part = new byte[Math.multiplyExact(Math.multiplyExact(partWidth, partHeight), CHANNELS)];
        int line = partWidth * CHANNELS;
        for (int y = 0; y < partHeight; y++) {
            System.arraycopy(rgb, ((top + y) * width + left) * CHANNELS, part, y * line, line);
        }
        return of(partWidth, partHeight, part);
    }
}
