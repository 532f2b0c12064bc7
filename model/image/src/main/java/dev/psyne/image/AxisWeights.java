package dev.psyne.image;

/**
 * For each output position of one axis, the input positions that it is made of and their weights, which sum to 1.
 * Pixel centres are at half: output i stands over input (i + 0.5) * inputs / outputs.
 */
final class AxisWeights {
    private final int[] first;
    private final int[] count;
    private final float[] weights;
    private final int stride;

    AxisWeights(int inputs, int outputs, Filter filter) {
        double scale = (double) inputs / outputs;
        double widening = Math.max(scale, 1);
        double radius = filter.radius() * widening;
        first = new int[outputs];
        count = new int[outputs];
        stride = Math.min(inputs, (int) Math.ceil(radius) * 2 + 1);
        weights = new float[Math.multiplyExact(outputs, stride)];
        double[] exact = new double[stride];
        for (int i = 0; i < outputs; i++) {
            double centre = (i + 0.5) * scale;
            int from = Math.max(0, (int) (centre - radius + 0.5));
            int to = Math.min(inputs, (int) (centre + radius + 0.5));
            double sum = 0;
            for (int k = 0; k < to - from; k++) {
                exact[k] = filter.weight((from + k + 0.5 - centre) / widening);
                sum += exact[k];
            }
            for (int k = 0; k < to - from; k++) {
                weights[i * stride + k] = (float) (exact[k] / sum);
            }
            first[i] = from;
            count[i] = to - from;
        }
    }

    int outputs() {
        return first.length;
    }

    /** The first input position of output {@code i}. */
    int first(int i) {
        return first[i];
    }

    /** How many input positions output {@code i} has. */
    int count(int i) {
        return count[i];
    }

    /** The weight of input position {@code first(i) + k}. */
    float weight(int i, int k) {
        return weights[i * stride + k];
    }
}
