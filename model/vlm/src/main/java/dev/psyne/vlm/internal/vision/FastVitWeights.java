package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.DepthwiseConvolution;
import dev.psyne.vlm.internal.layer.ModelWeights;

/** The depthwise convolutions of the tower, as published for inference: branches folded into one. */
final class FastVitWeights {
    private static final double BATCH_NORM_EPSILON = 1e-5;
    private static final int LARGE_WINDOW = 7;

    private FastVitWeights() {}

    /** A convolution with a bias. */
    static DepthwiseConvolution folded(ModelWeights weights, String name, int channels, int kernel, int stride) {
        float[] taps = weights.vector(name + ".reparam_conv.weight", channels * kernel * kernel);
        return DepthwiseConvolution.pack(taps, weights.vector(name + ".reparam_conv.bias", channels), kernel, stride);
    }

    /** A convolution without a bias, and the batch normalisation after it (Ioffe and Szegedy, 2015) folded into it. */
    static DepthwiseConvolution normalised(ModelWeights weights, String name, int channels) {
        int window = LARGE_WINDOW * LARGE_WINDOW;
        float[] taps = weights.vector(name + ".conv.weight", channels * window);
        float[] scale = weights.vector(name + ".bn.weight", channels);
        float[] bias = weights.vector(name + ".bn.bias", channels);
        float[] mean = weights.vector(name + ".bn.running_mean", channels);
        float[] variance = weights.vector(name + ".bn.running_var", channels);
        for (int channel = 0; channel < channels; channel++) {
            double factor = scale[channel] / Math.sqrt(variance[channel] + BATCH_NORM_EPSILON);
            bias[channel] = (float) (bias[channel] - mean[channel] * factor);
            for (int tap = channel * window; tap < (channel + 1) * window; tap++) {
                taps[tap] = (float) (taps[tap] * factor);
            }
        }
        return DepthwiseConvolution.pack(taps, bias, LARGE_WINDOW, 1);
    }
}
