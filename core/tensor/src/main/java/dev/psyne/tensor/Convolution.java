package dev.psyne.tensor;

/**
 * A packed two-dimensional convolution with a square window: cross-correlation with zero padding, as in every deep
 * learning framework. Immutable; shared by all threads.
 *
 * <p>The weights come as {@code [outputs, inputs, kernel, kernel]} and are packed as a linear layer over a window of a
 * channels-last image, {@code [outputs][kernel][kernel][inputs]}: one line of a window is contiguous in a {@link
 * FeatureMap}, so the product needs no copy of the image.
 */
public final class Convolution {
    private final Linear linear;
    private final int channels;
    private final int kernel;
    private final int stride;
    private final int padding;

    private Convolution(Linear linear, int channels, int kernel, int stride, int padding) {
        this.linear = linear;
        this.channels = channels;
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
    }

    static Convolution pack(Tensor weight, float[] scale, float[] bias, int stride, int padding) {
        Shape shape = weight.shape();
        if (shape.rank() != 4 || shape.elements() == 0 || shape.dimension(2) != shape.dimension(3)) {
            throw new IllegalArgumentException("a convolution needs [out, in, k, k], got " + weight);
        }
        if (stride < 1 || padding < 0) {
            throw new IllegalArgumentException("stride " + stride + ", padding " + padding);
        }
        int channels = shape.dimension(1);
        int kernel = shape.dimension(2);
        int[] order = channelsLast(channels, kernel * kernel);
        Linear linear = Linear.pack(weight, scale, bias, order);
        return new Convolution(linear, channels, kernel, stride, padding);
    }

    /** Where the entries of {@code [window][channels]} stand in {@code [channels][window]}. */
    private static int[] channelsLast(int channels, int window) {
        int[] order = new int[window * channels];
        for (int i = 0; i < order.length; i++) {
            order[i] = i % channels * window + i / channels;
        }
        return order;
    }

    /** Channels of the input. */
    public int inputs() {
        return channels;
    }

    /** Channels of the output. */
    public int outputs() {
        return linear.outputs();
    }

    /** Height and width of the window in pixels. */
    public int kernel() {
        return kernel;
    }

    /** Distance in pixels from one window to the next. */
    public int stride() {
        return stride;
    }

    /** Pixels of zeros around the input; the input's {@link FeatureMap#border()} must be at least that. */
    public int padding() {
        return padding;
    }

    /** Height or width of the output for an input of {@code size} pixels. */
    public int outputSize(int size) {
        int span = Math.addExact(size, 2 * padding) - kernel;
        if (span < 0) {
            throw new IllegalArgumentException("an edge of " + size + " is shorter than the window of " + kernel);
        }
        return span / stride + 1;
    }

    Linear linear() {
        return linear;
    }

    void require(FeatureMap input, FeatureMap output) {
        boolean fits = input.channels() == channels
                && input.border() >= padding
                && output.channels() == outputs()
                && output.height() == outputSize(input.height())
                && output.width() == outputSize(input.width());
        if (!fits) {
            throw new IllegalArgumentException("convolution " + kernel + " x " + kernel + " of " + describe(input)
                    + " to " + describe(output) + ", padding " + padding + ", stride " + stride);
        }
    }

    private static String describe(FeatureMap map) {
        return map.height() + " x " + map.width() + " x " + map.channels() + " (border " + map.border() + ")";
    }
}
