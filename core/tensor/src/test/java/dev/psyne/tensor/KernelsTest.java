package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.platform.Availability;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both variants against double precision, on seeded random shapes whose sizes fit no vector. */
class KernelsTest {
    private static final double BOUND = 2e-5;
    private static final int SHAPES = 30;
    private static final List<Epilogue> EPILOGUES = List.of(Epilogue.values());

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void gemmMatchesDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(1);
        for (int i = 0; i < SHAPES; i++) {
            for (ElementType type : List.of(ElementType.F32, ElementType.I8)) {
                Epilogue epilogue = EPILOGUES.get(random.nextInt(EPILOGUES.size()));
                int count = i % 3 == 0 ? 1 : 1 + random.nextInt(70);
                checkGemm(kernels, random, type, epilogue, count, 1 + random.nextInt(90), 1 + random.nextInt(200));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void largeGemmIsSharedByTheWorkers(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(2);
        checkGemm(kernels, random, ElementType.I8, Epilogue.GELU, 131, 193, 257);
        checkGemm(kernels, random, ElementType.F32, Epilogue.ADD_RELU, 131, 193, 257);
    }

    private static void checkGemm(
            Kernels kernels, Random random, ElementType type, Epilogue epilogue, int count, int outputs, int inputs) {
        Weights weights = new Weights(random, type, inputs, outputs, inputs);
        Rows input = randomRows(random, count + 2, inputs + 3).columns(2, inputs);
        Rows output = randomRows(random, count + 1, outputs + 5).columns(4, outputs);
        double[] wanted = Reference.gemm(count, doubles(input, count), weights.doubles(), weights.doubleBias());
        double[] former = doubles(output, count);
        float[] before = output.values().clone();
        kernels.gemm(count, input, kernels.linear(weights.tensor, weights.scale, weights.bias), epilogue, output);
        String what = type + " " + epilogue + " " + count + " x " + outputs + " x " + inputs;
        for (int m = 0; m < count; m++) {
            for (int n = 0; n < outputs; n++) {
                int index = m * outputs + n;
                double expected = Reference.epilogue(epilogue, former[index], wanted[index]);
                assertEquals(expected, output.values()[output.index(m) + n], BOUND, what + " at " + m + ", " + n);
                before[output.index(m) + n] = output.values()[output.index(m) + n];
            }
        }
        assertTrue(Arrays.equals(before, output.values()), what + " wrote outside its rows");
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void convolutionMatchesDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(3);
        for (int i = 0; i < SHAPES; i++) {
            ElementType type = i % 2 == 0 ? ElementType.F32 : ElementType.I8;
            Epilogue epilogue = EPILOGUES.get(i % EPILOGUES.size());
            checkConvolution(kernels, random, type, epilogue, 1 + random.nextInt(4));
        }
    }

    private static void checkConvolution(
            Kernels kernels, Random random, ElementType type, Epilogue epilogue, int kernel) {
        int stride = 1 + random.nextInt(3);
        int padding = random.nextInt(kernel);
        int channels = 1 + random.nextInt(7);
        int outputs = 1 + random.nextInt(40);
        int height = kernel + random.nextInt(12);
        int width = kernel + random.nextInt(12);
        Weights weights = new Weights(random, type, channels * kernel * kernel, outputs, channels, kernel, kernel);
        Convolution convolution = kernels.convolution(weights.tensor, weights.scale, weights.bias, stride, padding);
        Tensor image = randomTensor(random, channels, height, width);
        FeatureMap input = FeatureMap.allocate(height, width, channels, padding + random.nextInt(2));
        input.copyFrom(image);
        int outHeight = convolution.outputSize(height);
        int outWidth = convolution.outputSize(width);
        FeatureMap output = FeatureMap.allocate(outHeight, outWidth, outputs, random.nextInt(3));
        Tensor former = randomTensor(random, outputs, outHeight, outWidth);
        output.copyFrom(former);
        double[] wanted = Reference.conv2d(
                doubles(image), height, width, weights.doubles(), weights.doubleBias(), kernel, stride, padding);
        kernels.conv2d(input, convolution, epilogue, output);
        Rows rows = Rows.allocate(outHeight * outWidth, outputs);
        output.copyTo(rows);
        for (int i = 0; i < wanted.length; i++) {
            int pixel = i % (outHeight * outWidth);
            double expected = Reference.epilogue(epilogue, former.getFloat(i), wanted[i]);
            float found = rows.values()[rows.index(pixel) + i / (outHeight * outWidth)];
            assertEquals(expected, found, BOUND, kernel + " " + stride + " " + padding + " at " + i);
        }
        assertEquals(0, output.border() == 0 ? 0 : output.values()[output.index(-1, -1)], "border");
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void depthwiseConvolutionMatchesDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(7);
        for (int i = 0; i < SHAPES; i++) {
            int channels = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(17);
            int width = 1 + random.nextInt(17);
            int kernel = 1 + 2 * random.nextInt(4);
            int stride = 1 + random.nextInt(3);
            Epilogue epilogue = EPILOGUES.get(i % EPILOGUES.size());
            float[] taps = randomRows(random, channels, kernel * kernel).values();
            float[] bias = randomRows(random, 1, channels).values();
            DepthwiseConvolution weights = DepthwiseConvolution.pack(taps, bias, kernel, stride);
            Rows input = randomRows(random, height * width, channels + 3).columns(1, channels);
            int pixels = weights.outputSize(height) * weights.outputSize(width);
            Rows output = randomRows(random, pixels, channels + 2).columns(2, channels);
            double[] former = doubles(output, pixels);
            kernels.depthwise(height, width, input, weights, epilogue, output);
            for (int channel = 0; channel < channels; channel++) {
                double[] plane = new double[height * width];
                Arrays.setAll(plane, new Column(input, channel)::at);
                double[] window = new double[kernel * kernel];
                int begin = channel * window.length;
                Arrays.setAll(window, tap -> taps[begin + tap]);
                double[] one = {bias[channel]};
                double[] wanted = Reference.conv2d(plane, height, width, window, one, kernel, stride, kernel / 2);
                assertEquals(pixels, wanted.length);
                for (int pixel = 0; pixel < pixels; pixel++) {
                    double expected = Reference.epilogue(epilogue, former[pixel * channels + channel], wanted[pixel]);
                    assertEquals(expected, output.values()[output.index(pixel) + channel], BOUND);
                }
            }
        }
    }

    /** One column of rows. */
    private record Column(Rows rows, int column) {
        double at(int row) {
            return rows.values()[rows.index(row) + column];
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void normalisationMatchesDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(4);
        for (int width = 1; width < 40; width++) {
            Rows rows = randomRows(random, 3, width);
            float[] weight = randomRows(random, 1, width).values();
            Rows output = Rows.allocate(3, width);
            kernels.rmsNorm(3, rows, weight, 1e-6f, output);
            for (int row = 0; row < 3; row++) {
                double squares = 0;
                for (int i = 0; i < width; i++) {
                    squares += Math.pow(rows.values()[rows.index(row) + i], 2);
                }
                for (int i = 0; i < width; i++) {
                    double x = rows.values()[rows.index(row) + i];
                    double expected = x / Math.sqrt(squares / width + 1e-6f) * weight[i];
                    assertEquals(expected, output.values()[output.index(row) + i], 1e-6 + 1e-6 * Math.abs(expected));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void softmaxMatchesDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(5);
        for (int width = 1; width < 60; width++) {
            Rows rows = randomRows(random, 2, width);
            for (int i = 0; i < width; i++) {
                rows.values()[i] *= 90;
            }
            double[] first = Reference.softmax(doubles(rows, 1));
            kernels.softmax(2, rows);
            double sum = 0;
            for (int i = 0; i < width; i++) {
                assertEquals(first[i], rows.values()[i], 1e-6);
                sum += rows.values()[rows.index(1) + i];
            }
            assertEquals(1, sum, 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void logarithmsOfSumsMatchDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(15);
        for (int width : new int[] {1, 7, 8, 515, 49_152}) {
            Rows rows = randomRows(random, 3, width);
            double[] sums = new double[4];
            kernels.logSumExp(3, rows, sums);
            double expected = 0;
            for (int i = rows.index(2); i < rows.index(2) + width; i++) {
                expected += Math.exp(rows.values()[i]);
            }
            assertEquals(Math.log(expected), sums[2], 1e-6);
            assertEquals(0, sums[3]);
            rows.values()[rows.index(1) + width / 2] = Float.NaN;
            kernels.logSumExp(3, rows, sums);
            assertTrue(Double.isNaN(sums[1]), "NaN among " + width);
        }
        assertThrows(IllegalArgumentException.class, () -> kernels.logSumExp(2, Rows.allocate(2, 4), new double[1]));
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "SCALAR"})
    void refusesArgumentsThatDoNotFit(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Weights weights = new Weights(new Random(8), ElementType.I8, 10, 20, 10);
        Linear linear = kernels.linear(weights.tensor, weights.scale, weights.bias);
        Rows input = Rows.allocate(4, 10);
        Rows output = Rows.allocate(4, 20);
        IntFunction<Runnable> gemm = count -> () -> kernels.gemm(count, input, linear, Epilogue.STORE, output);
        assertThrows(IllegalArgumentException.class, () -> gemm.apply(5).run());
        assertThrows(IllegalArgumentException.class, () -> kernels.gemm(2, output, linear, Epilogue.STORE, input));
        assertThrows(IllegalArgumentException.class, () -> kernels.linear(weights.tensor, new float[3], weights.bias));
        FeatureMap map = FeatureMap.allocate(8, 8, 3, 0);
        Weights window = new Weights(new Random(9), ElementType.F32, 27, 2, 3, 3, 3);
        Convolution convolution = kernels.convolution(window.tensor, window.scale, window.bias, 1, 1);
        FeatureMap target = FeatureMap.allocate(8, 8, 2, 0);
        assertThrows(IllegalArgumentException.class, () -> kernels.conv2d(map, convolution, Epilogue.STORE, target));
    }

    @Test
    void saysWhatItIs() {
        assertTrue(Kernels.availability(KernelChoice.VECTOR) instanceof Availability.Available);
        assertEquals(
                "plain loops", Kernels.create(scheduler, KernelChoice.SCALAR).description());
        assertTrue(Kernels.create(scheduler, KernelChoice.BEST).description().startsWith("Vector API"));
        assertEquals(
                Lanes.describe(), Kernels.create(scheduler, KernelChoice.VECTOR).description());
        if (Kernels.availability(KernelChoice.MACHINE) instanceof Availability.Unavailable) {
            assertThrows(UnsupportedOperationException.class, () -> Kernels.create(scheduler, KernelChoice.MACHINE));
        }
    }

    @Test
    void linearGivesBackItsRows() {
        Weights weights = new Weights(new Random(10), ElementType.I8, 13, 31, 13);
        Linear linear =
                Kernels.create(scheduler, KernelChoice.BEST).linear(weights.tensor, weights.scale, weights.bias);
        float[] row = new float[14];
        linear.copyRow(30, row, 1);
        assertEquals(weights.doubles()[30 * 13 + 12], row[13], 1e-6);
        assertThrows(IndexOutOfBoundsException.class, () -> linear.copyRow(31, row, 1));
    }

    private static Rows randomRows(Random random, int capacity, int width) {
        Rows rows = Rows.allocate(capacity, width);
        for (int i = 0; i < rows.values().length; i++) {
            rows.values()[i] = random.nextFloat(-1, 1);
        }
        return rows;
    }

    private static Tensor randomTensor(Random random, int... dimensions) {
        Shape shape = Shape.of(dimensions);
        byte[] memory = new byte[(int) shape.bytes(ElementType.F32)];
        Tensor tensor = Tensor.of(MemorySegment.ofArray(memory), ElementType.F32, shape);
        for (int i = 0; i < shape.elements(); i++) {
            tensor.setFloat(i, random.nextFloat(-1, 1));
        }
        return tensor;
    }

    private static double[] doubles(Rows rows, int count) {
        double[] result = new double[count * rows.width()];
        for (int i = 0; i < result.length; i++) {
            result[i] = rows.values()[rows.index(i / rows.width()) + i % rows.width()];
        }
        return result;
    }

    private static double[] doubles(Tensor tensor) {
        double[] result = new double[(int) tensor.shape().elements()];
        Arrays.setAll(result, tensor::getFloat);
        return result;
    }

    /** Random weights whose products stay near one. */
    private static final class Weights {
        final Tensor tensor;
        final float[] scale;
        final float[] bias;

        Weights(Random random, ElementType type, int inputs, int... dimensions) {
            Shape shape = Shape.of(dimensions);
            byte[] memory = new byte[(int) shape.bytes(type)];
            this.tensor = Tensor.of(MemorySegment.ofArray(memory), type, shape);
            this.scale = new float[dimensions[0]];
            this.bias = new float[dimensions[0]];
            double range = 2 / Math.sqrt(inputs);
            for (int i = 0; i < dimensions[0]; i++) {
                scale[i] = type == ElementType.I8 ? (float) (range / 127 * (0.5 + random.nextDouble())) : 1;
                bias[i] = random.nextFloat(-1, 1);
            }
            for (int i = 0; i < shape.elements(); i++) {
                tensor.setFloat(i, type == ElementType.I8 ? random.nextInt(-128, 128) : random.nextFloat(-1, 1));
            }
        }

        double[] doubles() {
            double[] result = KernelsTest.doubles(tensor);
            for (int i = 0; i < result.length; i++) {
                result[i] *= scale[i / (result.length / scale.length)];
            }
            return result;
        }

        double[] doubleBias() {
            double[] result = new double[bias.length];
            Arrays.setAll(result, i -> bias[i]);
            return result;
        }
    }
}
