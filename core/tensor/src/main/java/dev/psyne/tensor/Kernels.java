package dev.psyne.tensor;

import dev.psyne.fiber.Scheduler;
import dev.psyne.platform.Availability;
import java.util.List;
import java.util.Optional;

/**
 * The arithmetic of a model: products with packed weights, convolution, attention, normalisation.
 *
 * <p>A variant is chosen once, in {@link #create}. All compute the same to within rounding (F32, sums in another
 * order); {@link KernelChoice#SCALAR} is the reference. What a product computes with, the activations as they are or quantised by rows,
 * is said by its {@link Linear} and the same in every variant. A call large enough to be shared runs as jobs on the scheduler
 * and returns when all of it is done; a small one runs on the caller. Calls from several threads are independent as long
 * as none writes what another reads. A call allocates at most the few small objects that describe it; room to work in is
 * kept from call to call.
 *
 * <p>Arguments that do not fit each other are an {@link IllegalArgumentException} before anything is written.
 */
public interface Kernels {

    /**
     * The kernels of one variant, sharing large calls on {@code scheduler}.
     *
     * @throws UnsupportedOperationException if {@code choice} is not available here; the message says what cures it
     */
    static Kernels create(Scheduler scheduler, KernelChoice choice) {
        if (choice != KernelChoice.BEST
                && availability(choice) instanceof Availability.Unavailable(String why, String cure)) {
            throw new UnsupportedOperationException(why + "; " + cure);
        }
        boolean isScalar =
                choice == KernelChoice.SCALAR || availability(KernelChoice.VECTOR) instanceof Availability.Unavailable;
        if (isScalar) {
            return new ScalarKernels(scheduler);
        }
        return choice == KernelChoice.VECTOR
                ? new VectorKernels(scheduler, Optional.empty(), Optional.empty())
                : VectorKernels.withMachineCode(scheduler);
    }

    /** Whether a variant can be used in this process, and if so what it is. */
    static Availability availability(KernelChoice choice) {
        Availability vector =
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                        ? new Availability.Available(Lanes.describe())
                        : new Availability.Unavailable(
                                "the module jdk.incubator.vector is not in this process",
                                "start java with --add-modules jdk.incubator.vector");
        return switch (choice) {
            case SCALAR -> new Availability.Available("plain loops");
            case VECTOR -> vector;
            case MACHINE -> vector instanceof Availability.Unavailable ? vector : MachineProducts.availability();
            case BEST ->
                vector instanceof Availability.Unavailable
                        ? new Availability.Available("plain loops, the Vector API being absent")
                        : vector;
        };
    }

    /** What these kernels are, for a person to read. */
    String description();

    /**
     * Packs {@code [outputs, inputs]} weights (further dimensions count as inputs).
     *
     * @param scale one factor per output; ones for plain F32 weights
     * @param bias one term per output
     */
    Linear linear(Tensor weight, float[] scale, float[] bias);

    /** Packs {@code [outputs, inputs, kernel, kernel]} weights; factors and terms as in {@link #linear}. */
    Convolution convolution(Tensor weight, float[] scale, float[] bias, int stride, int padding);

    /**
     * Multiplies the first {@code count} rows: output {@code [count, outputs]} from input {@code [count, inputs]}. The
     * input and the output must not overlap.
     */
    void gemm(int count, Rows input, Linear weights, Epilogue epilogue, Rows output);

    /** Convolves the interior of {@code input} into the interior of {@code output}, another map. */
    void conv2d(FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output);

    /**
     * Convolves an image, whose pixels are the first {@code height * width} rows, channel by channel into another, whose
     * pixels are the first rows of {@code output}.
     */
    void depthwise(int height, int width, Rows input, DepthwiseConvolution weights, Epilogue epilogue, Rows output);

    /**
     * Root mean square normalisation (Zhang and Sennrich, 2019) of the first {@code count} rows: {@code x /
     * sqrt(mean(x^2) + epsilon) * weight}. In place if {@code output} is {@code input}.
     */
    void rmsNorm(int count, Rows input, float[] weight, float epsilon, Rows output);

    /**
     * Layer normalisation (Ba et al., 2016) of the first {@code count} rows: {@code (x - mean(x)) / sqrt(variance(x) +
     * epsilon) * weight + bias}. In place if {@code output} is {@code input}.
     */
    void layerNorm(int count, Rows input, float[] weight, float[] bias, float epsilon, Rows output);

    /**
     * The gate of a gated linear unit (Shazeer, 2020, SwiGLU) for the first {@code count} rows: {@code output = g / (1 +
     * e^-g) * u}, g being the first half of an input row and u the second.
     */
    void swiGlu(int count, Rows input, Rows output);

    /** Replaces each value of the first {@code count} rows by its exact Gaussian error linear unit. */
    void geluErf(int count, Rows rows);

    /** Replaces each of the first {@code count} rows by its softmax. */
    void softmax(int count, Rows rows);

    /**
     * The logarithm of the sum of the powers of e to each of the first {@code count} rows' values, which a logit less is the
     * logarithm of its probability. NaN for a row with a value that is no number.
     *
     * @param sums gets one for each row
     */
    void logSumExp(int count, Rows rows, double[] sums);

    /**
     * Scaled dot-product attention of the rows of several sequences over their caches, which hold the keys and values of
     * these rows already: softmax(q k / sqrt(head width)) v for each head of the queries. The heads of a query are a
     * multiple of those of the caches; neighbours share.
     *
     * @param layer of the caches
     * @param spans of the queries and the output, no row in two; all caches have one shape
     */
    void attention(int layer, List<AttentionSpan> spans, Rows queries, Rows output);
}
