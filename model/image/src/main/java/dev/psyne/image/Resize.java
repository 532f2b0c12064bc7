package dev.psyne.image;

/** Resizes pictures, antialiased when shrinking and with half-pixel centres. */
public final class Resize {
    private Resize() {}

    /**
     * Resizes to exactly this many pixels as Pillow's {@code Image.resize} does, but without its rounding to 8 bits; the
     * aspect is the caller's business.
     *
     * @throws IllegalArgumentException if an edge is below 1 or the result does not fit one Java array
     */
    public static FloatPicture resize(Picture picture, int width, int height, Filter filter) {
        float[] rgb = new float[requireSize(width, height)];
        new Resampler(picture, width, height, filter)
                .run((y, row) -> System.arraycopy(row, 0, rgb, y * row.length, row.length));
        return new FloatPicture(width, height, rgb);
    }

    /**
     * Resizes to exactly this many pixels and rounds to 8 bits, bit for bit as torchvision's {@code resize} with
     * antialiasing does on bytes: the columns, then the rows, with weights of 16 bits. Models of Hugging Face's fast image
     * processors were run on this.
     *
     * @throws IllegalArgumentException if an edge is below 1 or the result does not fit one Java array
     */
    public static Picture toBytes(Picture picture, int width, int height, Filter filter) {
        requireSize(width, height);
        return ByteResampler.resize(picture, width, height, filter);
    }

    private static int requireSize(int width, int height) {
        long values = (long) width * height * Picture.CHANNELS;
        if (width < 1 || height < 1 || values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("cannot resize to " + width + " x " + height + " pixels");
        }
        return (int) values;
    }
}
