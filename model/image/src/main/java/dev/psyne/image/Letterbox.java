package dev.psyne.image;

/**
 * Where a picture stands in a square: its longer edge fills the square, the shorter one is rounded half up (at least 1
 * pixel) and centred; where the rest is odd, the bottom or right gets the pixel more.
 */
public final class Letterbox {
    private final int size;
    private final float[] pad;

    /**
     * A square for pictures.
     *
     * @param size edge in pixels
     * @param pad red, green and blue of the bars, 0 to 255; copied
     */
    public Letterbox(int size, float[] pad) {
        if (size < 1 || size > Short.MAX_VALUE) {
            throw new IllegalArgumentException("size must be 1 to " + Short.MAX_VALUE + ", not " + size);
        }
        this.size = size;
        this.pad = Normalization.channels("pad", pad);
    }

    /** Edge of the square in pixels. */
    public int size() {
        return size;
    }

    /** Width of the picture in the square. */
    public int width(Picture picture) {
        return edge(picture.width(), picture.height());
    }

    /** Height of the picture in the square. */
    public int height(Picture picture) {
        return edge(picture.height(), picture.width());
    }

    float pad(int channel) {
        return pad[channel];
    }

    private int edge(int edge, int other) {
        if (edge >= other) {
            return size;
        }
        return (int) Math.max(1, Math.round((double) edge * size / other));
    }
}
