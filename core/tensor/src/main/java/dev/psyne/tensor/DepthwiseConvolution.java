package dev.psyne.tensor;

/**
 * A convolution that keeps channels apart: each has a square window of its own, with zeros around the image (Chollet, 2017).
 * Images are rows of pixels, channels last. Immutable; shared by all threads.
 */
public final class DepthwiseConvolution {
    private final int channels;
    private final int kernel;
    private final int stride;
    private final float[] taps;
    private final float[] bias;

    private DepthwiseConvolution(int channels, int kernel, int stride, float[] taps, float[] bias) {
        this.channels = channels;
        this.kernel = kernel;
        this.stride = stride;
        this.taps = taps;
        this.bias = bias;
    }

    /**
     * Packs weights.
     *
     * @param weight {@code [channels][kernel][kernel]}
     * @param bias one term per channel
     * @param kernel edge of the window in pixels; odd, so that the zeros are {@code kernel / 2} wide on every side
     * @param stride distance from one window to the next
     */
    public static DepthwiseConvolution pack(float[] weight, float[] bias, int kernel, int stride) {
        int channels = bias.length;
        if (kernel < 1
                || kernel % 2 == 0
                || stride < 1
                || channels < 1
                || weight.length != channels * kernel * kernel) {
            throw new IllegalArgumentException(weight.length + " weights for " + channels + " channels, a window of "
                    + kernel + " (odd), stride " + stride);
        }
        int window = kernel * kernel;
        float[] taps = new float[weight.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < window; tap++) {
                taps[tap * channels + channel] = weight[channel * window + tap];
            }
        }
        return new DepthwiseConvolution(channels, kernel, stride, taps, bias.clone());
    }

    /** Channels of the input and of the output. */
    public int channels() {
        return channels;
    }

    /** Height or width of the output for an input of {@code size} pixels. */
    public int outputSize(int size) {
        return (size - 1) / stride + 1;
    }

    int kernel() {
        return kernel;
    }

    int stride() {
        return stride;
    }

    /** {@code [kernel][kernel][channels]}. */
    float[] taps() {
        return taps;
    }

    float[] bias() {
        return bias;
    }
}
