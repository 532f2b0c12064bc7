package dev.psyne.tensor;

import java.util.Arrays;

/**
 * An image of float features, channels last, with a border of zeros around it, so that a convolution's window never
 * leaves the array. Made once with its workspace. Kernels write the interior only; the border stays zero.
 *
 * <pre>
 *   values: [border + height + border][border + width + border][channels]
 * </pre>
 */
public final class FeatureMap {
    private final int height;
    private final int width;
    private final int channels;
    private final int border;
    private final float[] values;

    private FeatureMap(int height, int width, int channels, int border, float[] values) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.border = border;
        this.values = values;
    }

    /** A map of zeros; {@code border} is the width of the border in pixels. */
    public static FeatureMap allocate(int height, int width, int channels, int border) {
        return new FeatureMap(height, width, channels, border, new float[floats(height, width, channels, border)]);
    }

    /**
     * A map over the beginning of an array that is the caller's, who may have other maps in it and uses one at a time:
     * {@link #clearBorder} comes before a convolution whenever another was written.
     */
    public static FeatureMap over(float[] values, int height, int width, int channels, int border) {
        int floats = floats(height, width, channels, border);
        if (values.length < floats) {
            throw new IllegalArgumentException("feature map of " + floats + " floats in " + values.length);
        }
        return new FeatureMap(height, width, channels, border, values);
    }

    /** Floats of a map with its border. */
    public static int floats(int height, int width, int channels, int border) {
        if (height < 1 || width < 1 || channels < 1 || border < 0) {
            throw new IllegalArgumentException(
                    "feature map of " + height + " x " + width + " x " + channels + ", border " + border);
        }
        int columns = Math.addExact(width, Math.multiplyExact(2, border));
        int lines = Math.addExact(height, Math.multiplyExact(2, border));
        return Math.multiplyExact(Math.multiplyExact(lines, columns), channels);
    }

    /** Pixels from top to bottom, without the border. */
    public int height() {
        return height;
    }

    /** Pixels from left to right, without the border. */
    public int width() {
        return width;
    }

    /** Floats of one pixel. */
    public int channels() {
        return channels;
    }

    /** Pixels of zeros on each side. */
    public int border() {
        return border;
    }

    /** The array with the border. */
    public float[] values() {
        return values;
    }

    /** Index of the first channel of a pixel; negative coordinates down to {@code -border} are in the border. */
    public int index(int y, int x) {
        return ((y + border) * lineWidth() + x + border) * channels;
    }

    /** Pixels in a line with the border. */
    int lineWidth() {
        return width + 2 * border;
    }

    /** Makes the border zeros. */
    public void clearBorder() {
        int edge = border * channels;
        int top = index(0, 0) - edge;
        Arrays.fill(values, 0, top, 0f);
        for (int y = 0; y < height; y++) {
            int left = index(y, 0) - edge;
            Arrays.fill(values, left, left + edge, 0f);
            int right = index(y, width);
            Arrays.fill(values, right, right + edge, 0f);
        }
        int bottom = index(height, 0) - edge;
        Arrays.fill(values, bottom, bottom + top, 0f);
    }

    /** Fills the interior from an F32 tensor {@code [channels, height, width]}. */
    public void copyFrom(Tensor channelsFirst) {
        Shape wanted = Shape.of(channels, height, width);
        if (channelsFirst.type() != ElementType.F32 || !channelsFirst.shape().equals(wanted)) {
            throw new IllegalArgumentException("wanted F32 " + wanted + ", got " + channelsFirst);
        }
        long index = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                int target = index(y, 0) + channel;
                for (int x = 0; x < width; x++, index++, target += channels) {
                    values[target] = channelsFirst.segment().get(Tensor.FLOAT, index * Float.BYTES);
                }
            }
        }
    }

    /** The pixels of a map without border as rows, sharing its memory. */
    public Rows rows() {
        if (border != 0) {
            throw new IllegalStateException("a border of " + border + " is between the lines");
        }
        return Rows.of(values, height * width, channels);
    }

    /** Copies the interior to one row per pixel, row-major. */
    public void copyTo(Rows rows) {
        rows.require("rows", height * width, channels);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(values, index(y, x), rows.values(), rows.index(y * width + x), channels);
            }
        }
    }
}
