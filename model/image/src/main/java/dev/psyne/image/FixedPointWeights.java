package dev.psyne.image;

/**
 * {@link AxisWeights} as signed integers of 16 bits over a common power of two, the largest that lets the greatest weight
 * fit: the arithmetic of torchvision's resize of bytes. Weights are rounded half away from zero, each by itself.
 */
final class FixedPointWeights {
    /** Torchvision looks no further than this many bits. */
    private static final int MAX_SHIFT = 22;

    private final int[] first;
    private final int[] count;
    private final short[] weights;
    private final int stride;
    private final int shift;

    FixedPointWeights(int inputs, int outputs, Filter filter) {
        double scale = (double) inputs / outputs;
        double widening = Math.max(scale, 1);
        double radius = filter.radius() * widening;
        this.first = new int[outputs];
        this.count = new int[outputs];
        this.stride = Math.min(inputs, (int) Math.ceil(radius) * 2 + 1);
        double[] exact = new double[Math.multiplyExact(outputs, stride)];
        double largest = 0;
        for (int i = 0; i < outputs; i++) {
            double centre = scale * (i + 0.5);
            first[i] = Math.max(0, (int) (centre - radius + 0.5));
            count[i] = Math.min(inputs, (int) (centre + radius + 0.5)) - first[i];
            double sum = 0;
            for (int k = 0; k < count[i]; k++) {
                exact[i * stride + k] = filter.weight((k + first[i] - centre + 0.5) * (1 / widening));
                sum += exact[i * stride + k];
            }
            for (int k = 0; k < count[i]; k++) {
                exact[i * stride + k] /= sum;
                largest = Math.max(largest, exact[i * stride + k]);
            }
        }
        this.shift = shift(largest);
        this.weights = new short[exact.length];
        for (int i = 0; i < exact.length; i++) {
            weights[i] = (short) (exact[i] * (1 << shift) + Math.copySign(0.5, exact[i]));
        }
    }

    private static int shift(double largest) {
        int shift = 0;
        while (shift < MAX_SHIFT && (int) (0.5 + largest * (1 << (shift + 1))) <= Short.MAX_VALUE) {
            shift++;
        }
        return shift;
    }

    int outputs() {
        return first.length;
    }

    int first(int i) {
        return first[i];
    }

    int count(int i) {
        return count[i];
    }

    int weight(int i, int k) {
        return weights[i * stride + k];
    }

    /** The weighted sum of an output, which began with {@link #half}, as a byte's value. */
    int toByte(int sum) {
        return Math.clamp(sum >> shift, 0, 255);
    }

    /** What a sum begins with, so that it is rounded. */
    int half() {
        return shift == 0 ? 0 : 1 << (shift - 1);
    }
}
