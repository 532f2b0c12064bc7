package dev.psyne.tensor;

import dev.psyne.fiber.Scheduler;
import java.util.Arrays;
import java.util.List;

/** Plain loops that say what the kernels compute; the sums are taken in double precision. */
final class ScalarKernels implements Kernels {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private static final double ERF_LIMIT = 4;

    private final Scheduler scheduler;

    ScalarKernels(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public String description() {
        return "plain loops";
    }

    @Override
    public Linear linear(Tensor weight, float[] scale, float[] bias) {
        return Linear.pack(weight, scale, bias);
    }

    @Override
    public Convolution convolution(Tensor weight, float[] scale, float[] bias, int stride, int padding) {
        return Convolution.pack(weight, scale, bias, stride, padding);
    }

    @Override
    public void gemm(int count, Rows input, Linear weights, Epilogue epilogue, Rows output) {
        KernelArguments.gemm(count, input, weights, output);
        if (count == 1) {
            multiplyRow(input, weights, epilogue, output, 0);
            return;
        }
        scheduler.parallelFor(0, count, 1, (from, to) -> {
            for (int row = from; row < to; row++) {
                multiplyRow(input, weights, epilogue, output, row);
            }
        });
    }

    private static void multiplyRow(Rows input, Linear weights, Epilogue epilogue, Rows output, int row) {
        int first = input.index(row);
        float[] values = Arrays.copyOfRange(input.values(), first, first + weights.inputs());
        if (weights.activations() == Activations.QUANTIZED) {
            ActivationRounding.round(values, 0, weights.layout());
        }
        int target = output.index(row);
        for (int n = 0; n < weights.outputs(); n++) {
            double sum = weights.dot(n, 0, values, 0, weights.inputs());
            store(sum + weights.bias()[n], epilogue, output.values(), target + n);
        }
    }

    @Override
    public void conv2d(FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output) {
        weights.require(input, output);
        scheduler.parallelFor(0, output.height(), 1, (from, to) -> {
            for (int y = from; y < to; y++) {
                for (int x = 0; x < output.width(); x++) {
                    convolvePixel(input, weights, epilogue, output, y, x);
                }
            }
        });
    }

    private static void convolvePixel(
            FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output, int y, int x) {
        int top = y * weights.stride() - weights.padding();
        int left = x * weights.stride() - weights.padding();
        int line = weights.kernel() * weights.inputs();
        for (int n = 0; n < weights.outputs(); n++) {
            double sum = weights.linear().bias()[n];
            for (int tap = 0; tap < weights.kernel(); tap++) {
                int source = input.index(top + tap, left);
                sum += weights.linear().dot(n, tap * line, input.values(), source, line);
            }
            store(sum, epilogue, output.values(), output.index(y, x) + n);
        }
    }

    private static void store(double result, Epilogue epilogue, float[] output, int index) {
        double value = epilogue.accumulates() ? output[index] + result : result;
        output[index] = (float)
                switch (epilogue) {
                    case STORE, ADD -> value;
                    case RELU, ADD_RELU -> Math.max(0, value);
                    case LEAKY_RELU -> Math.max(value, Epilogue.LEAKY_SLOPE * value);
                    case GELU -> gelu(value);
                    case GELU_ERF -> geluErf(value);
                };
    }

    @Override
    public void geluErf(int count, Rows rows) {
        rows.require("rows", count, rows.width());
        for (int row = 0; row < count; row++) {
            for (int i = rows.index(row); i < rows.index(row) + rows.width(); i++) {
                rows.values()[i] = (float) geluErf(rows.values()[i]);
            }
        }
    }

    static double geluErf(double x) {
        return 0.5 * x * (1 + erf(x / Math.sqrt(2)));
    }

    /** The error function by its series, which converges fast where it is not one to single precision. */
    static double erf(double x) {
        if (Math.abs(x) > ERF_LIMIT) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
    }

    @Override
    public void rmsNorm(int count, Rows input, float[] weight, float epsilon, Rows output) {
        KernelArguments.rmsNorm(count, input, weight, output);
        for (int row = 0; row < count; row++) {
            int source = input.index(row);
            int target = output.index(row);
            double squares = 0;
            for (int i = 0; i < weight.length; i++) {
                squares += (double) input.values()[source + i] * input.values()[source + i];
            }
            double factor = 1 / Math.sqrt(squares / weight.length + epsilon);
            for (int i = 0; i < weight.length; i++) {
                output.values()[target + i] = (float) (input.values()[source + i] * factor * weight[i]);
            }
        }
    }

    @Override
    public void layerNorm(int count, Rows input, float[] weight, float[] bias, float epsilon, Rows output) {
        KernelArguments.layerNorm(count, input, weight, bias, output);
        for (int row = 0; row < count; row++) {
            int source = input.index(row);
            int target = output.index(row);
            double sum = 0;
            for (int i = 0; i < weight.length; i++) {
                sum += input.values()[source + i];
            }
            double mean = sum / weight.length;
            double squares = 0;
            for (int i = 0; i < weight.length; i++) {
                squares += Math.pow(input.values()[source + i] - mean, 2);
            }
            double factor = 1 / Math.sqrt(squares / weight.length + epsilon);
            for (int i = 0; i < weight.length; i++) {
                output.values()[target + i] =
                        (float) ((input.values()[source + i] - mean) * factor * weight[i] + bias[i]);
            }
        }
    }

    @Override
    public void swiGlu(int count, Rows input, Rows output) {
        KernelArguments.swiGlu(count, input, output);
        int width = output.width();
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < width; i++) {
                double gate = input.values()[input.index(row) + i];
                double up = input.values()[input.index(row) + width + i];
                output.values()[output.index(row) + i] = (float) (gate / (1 + Math.exp(-gate)) * up);
            }
        }
    }

    @Override
    public void attention(int layer, List<AttentionSpan> spans, Rows queries, Rows output) {
        KernelArguments.attention(layer, spans, queries, output);
        for (AttentionSpan span : spans) {
            ScalarAttention attention = new ScalarAttention(layer, span, queries, output);
            scheduler.parallelFor(0, span.count(), 1, attention);
        }
    }

    @Override
    public void depthwise(
            int height, int width, Rows input, DepthwiseConvolution weights, Epilogue epilogue, Rows output) {
        KernelArguments.depthwise(height, width, input, weights, output);
        scheduler.parallelFor(0, weights.outputSize(height), 1, (from, to) -> {
            for (int y = from; y < to; y++) {
                for (int x = 0; x < weights.outputSize(width); x++) {
                    for (int channel = 0; channel < weights.channels(); channel++) {
                        depthwise(height, width, input, weights, epilogue, output, y, x, channel);
                    }
                }
            }
        });
    }

    static void depthwise(
            int height,
            int width,
            Rows input,
            DepthwiseConvolution weights,
            Epilogue epilogue,
            Rows output,
            int y,
            int x,
            int channel) {
        int kernel = weights.kernel();
        int top = y * weights.stride() - kernel / 2;
        int left = x * weights.stride() - kernel / 2;
        double sum = weights.bias()[channel];
        for (int v = Math.max(0, -top); v < Math.min(kernel, height - top); v++) {
            for (int u = Math.max(0, -left); u < Math.min(kernel, width - left); u++) {
                double tap = weights.taps()[(v * kernel + u) * weights.channels() + channel];
                sum += tap * input.values()[input.index((top + v) * width + left + u) + channel];
            }
        }
        store(sum, epilogue, output.values(), output.index(y * weights.outputSize(width) + x) + channel);
    }

    @Override
    public void softmax(int count, Rows rows) {
        rows.require("rows", count, rows.width());
        for (int row = 0; row < count; row++) {
            softmax(rows.values(), rows.index(row), rows.width());
        }
    }

    @Override
    public void logSumExp(int count, Rows rows, double[] sums) {
        KernelArguments.logSumExp(count, rows, sums);
        for (int row = 0; row < count; row++) {
            int from = rows.index(row);
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + rows.width(); i++) {
                largest = Math.max(largest, rows.values()[i]);
            }
            double sum = 0;
            for (int i = from; i < from + rows.width(); i++) {
                sum += Math.exp(rows.values()[i] - largest);
            }
            sums[row] = largest + Math.log(sum);
        }
    }

    static void softmax(float[] values, int from, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += Math.exp(values[i] - largest);
        }
        for (int i = from; i < from + count; i++) {
            values[i] = (float) (Math.exp(values[i] - largest) / sum);
        }
    }
}
