package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import jdk.incubator.vector.FloatVector;

/**
 * One depthwise convolution as a range of lines of the output. A tile is four neighbouring pixels by one vector of
 * channels; where a window leaves the image, pixels go one by one with the taps that are inside.
 */
final class VectorDepthwise implements RangeBody {
    private static final int PIXELS = 4;

    private final int height;
    private final int width;
    private final int outputWidth;
    private final int channels;
    private final DepthwiseConvolution weights;
    private final Epilogue epilogue;
    private final Rows input;
    private final Rows output;

    VectorDepthwise(int height, int width, Rows input, DepthwiseConvolution weights, Epilogue epilogue, Rows output) {
        this.height = height;
        this.width = width;
        this.outputWidth = weights.outputSize(width);
        this.channels = weights.channels();
        this.weights = weights;
        this.epilogue = epilogue;
        this.input = input;
        this.output = output;
    }

    @Override
    public void run(int from, int to) {
        int half = weights.kernel() / 2;
        int stride = weights.stride();
        // The pixels whose windows are inside from left to right.
        int left = Math.min(outputWidth, (half + stride - 1) / stride);
        int right =
                width - 1 - half < 0 ? left : Math.max(left, Math.min(outputWidth, (width - 1 - half) / stride + 1));
        for (int y = from; y < to; y++) {
            for (int channel = 0; channel < channels; channel += Lanes.COUNT) {
                for (int x = 0; x < left; x++) {
                    pixel(y, x, channel);
                }
                int x = left;
                for (; x <= right - PIXELS && channel <= channels - Lanes.COUNT; x += PIXELS) {
                    tile(y, x, channel);
                }
                for (; x < outputWidth; x++) {
                    pixel(y, x, channel);
                }
            }
        }
    }

    private void tile(int y, int x, int channel) {
        int kernel = weights.kernel();
        int top = y * weights.stride() - kernel / 2;
        float[] values = input.values();
        float[] taps = weights.taps();
        int step = weights.stride() * input.stride();
        FloatVector a = Lanes.load(weights.bias(), channel);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int v = Math.max(0, -top); v < Math.min(kernel, height - top); v++) {
            int source = input.index((top + v) * width + x * weights.stride() - kernel / 2) + channel;
            int tap = v * kernel * channels + channel;
            for (int u = 0; u < kernel; u++, source += input.stride(), tap += channels) {
                FloatVector w = Lanes.load(taps, tap);
                a = Lanes.load(values, source).fma(w, a);
                b = Lanes.load(values, source + step).fma(w, b);
                c = Lanes.load(values, source + 2 * step).fma(w, c);
                d = Lanes.load(values, source + 3 * step).fma(w, d);
            }
        }
        int target = y * outputWidth + x;
        store(a, target, channel);
        store(b, target + 1, channel);
        store(c, target + 2, channel);
        store(d, target + 3, channel);
    }

    private void store(FloatVector result, int pixel, int channel) {
        int target = output.index(pixel) + channel;
        FloatVector sum = epilogue.accumulates() ? result.add(Lanes.load(output.values(), target)) : result;
        TileStore.activate(sum, epilogue).intoArray(output.values(), target);
    }

    private void pixel(int y, int x, int channel) {
        int target = y * outputWidth + x;
        if (channel <= channels - Lanes.COUNT) {
            store(window(y, x, channel), target, channel);
            return;
        }
        for (int i = channel; i < channels; i++) {
            ScalarKernels.depthwise(height, width, input, weights, epilogue, output, y, x, i);
        }
    }

    private FloatVector window(int y, int x, int channel) {
        int kernel = weights.kernel();
        int top = y * weights.stride() - kernel / 2;
        int left = x * weights.stride() - kernel / 2;
        FloatVector sum = Lanes.load(weights.bias(), channel);
        for (int v = Math.max(0, -top); v < Math.min(kernel, height - top); v++) {
            for (int u = Math.max(0, -left); u < Math.min(kernel, width - left); u++) {
                FloatVector w = Lanes.load(weights.taps(), (v * kernel + u) * channels + channel);
                int source = input.index((top + v) * width + left + u) + channel;
                sum = Lanes.load(input.values(), source).fma(w, sum);
            }
        }
        return sum;
    }
}
