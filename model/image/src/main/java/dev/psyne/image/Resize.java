package dev.psyne.image;

/**
 * Resizes pictures as Pillow's {@code Image.resize} does, antialiased when shrinking and with half-pixel centres, but
 * without its rounding to 8 bits.
 */
public final class Resize {
    private Resize() {}

    /**
     * Resizes to exactly this many pixels; the aspect is the caller's business.
     *
     * @throws IllegalArgumentException if an edge is below 1 or the result does not fit one Java array
     */
    public static FloatPicture resize(Picture picture, int width, int height, Filter filter) {
        long values = (long) width * height * Picture.CHANNELS;
        if (width < 1 || height < 1 || values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("cannot resize to " + width + " x " + height + " pixels");
        }
        float[] rgb = new float[(int) values];
        new Resampler(picture, width, height, filter)
                .run((y, row) -> System.arraycopy(row, 0, rgb, y * row.length, row.length));
        return new FloatPicture(width, height, rgb);
    }
}
