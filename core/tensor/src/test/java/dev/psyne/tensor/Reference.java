package dev.psyne.tensor;

/** The kernels in double precision over plain arrays: what both variants are measured against. */
final class Reference {
    private Reference() {}

    static double[] gemm(int count, double[] input, double[] weight, double[] bias) {
        int outputs = bias.length;
        int inputs = weight.length / outputs;
        double[] result = new double[count * outputs];
        for (int m = 0; m < count; m++) {
            for (int n = 0; n < outputs; n++) {
                double sum = bias[n];
                for (int k = 0; k < inputs; k++) {
                    sum += input[m * inputs + k] * weight[n * inputs + k];
                }
                result[m * outputs + n] = sum;
            }
        }
        return result;
    }

    /** Input and output channels first. */
    static double[] conv2d(
            double[] input,
            int height,
            int width,
            double[] weight,
            double[] bias,
            int kernel,
            int stride,
            int padding) {
        int outputs = bias.length;
        int channels = weight.length / (outputs * kernel * kernel);
        int outHeight = (height + 2 * padding - kernel) / stride + 1;
        int outWidth = (width + 2 * padding - kernel) / stride + 1;
        double[] result = new double[outputs * outHeight * outWidth];
        for (int i = 0; i < result.length; i++) {
            int n = i / (outHeight * outWidth);
            int top = i / outWidth % outHeight * stride - padding;
            int left = i % outWidth * stride - padding;
            double sum = bias[n];
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < kernel * kernel; tap++) {
                    int y = top + tap / kernel;
                    int x = left + tap % kernel;
                    if (y >= 0 && y < height && x >= 0 && x < width) {
                        double w = weight[(n * channels + c) * kernel * kernel + tap];
                        sum += w * input[(c * height + y) * width + x];
                    }
                }
            }
            result[i] = sum;
        }
        return result;
    }

    static double epilogue(Epilogue epilogue, double former, double result) {
        return switch (epilogue) {
            case STORE -> result;
            case RELU -> Math.max(0, result);
            case LEAKY_RELU -> result > 0 ? result : result / 10;
            case GELU ->
                0.5 * result * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (result + 0.044715 * Math.pow(result, 3))));
            case GELU_ERF -> 0.5 * result * (1 + ScalarKernels.erf(result / Math.sqrt(2)));
            case ADD -> former + result;
            case ADD_RELU -> Math.max(0, former + result);
        };
    }

    static double[] softmax(double[] values) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        double[] result = new double[values.length];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            result[i] = Math.exp(values[i] - largest);
            sum += result[i];
        }
        for (int i = 0; i < values.length; i++) {
            result[i] /= sum;
        }
        return result;
    }

    static double attention(Rows queries, Rows keys, Rows values, int row, int column, int headWidth, int seen) {
        int first = column / headWidth * headWidth;
        double[] scores = new double[seen];
        for (int key = 0; key < seen; key++) {
            for (int i = first; i < first + headWidth; i++) {
                double k = keys.values()[keys.index(key) + i];
                scores[key] += queries.values()[queries.index(row) + i] * k / Math.sqrt(headWidth);
            }
        }
        double[] weights = softmax(scores);
        double sum = 0;
        for (int key = 0; key < seen; key++) {
            sum += weights[key] * values.values()[values.index(key) + column];
        }
        return sum;
    }
}
