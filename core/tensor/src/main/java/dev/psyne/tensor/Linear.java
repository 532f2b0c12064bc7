package dev.psyne.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a linear layer, {@code y = W x + b} with W {@code [outputs, inputs]}, in the order the kernels read them:
 * see {@link LinearLayout}.
 *
 * <p>The weights lie in native memory of someone's: an arena's, a region's or a mapped file's. Nothing is copied but the
 * bias and a scale per output, so a file of packed weights is mapped and used as it is. That memory must neither change
 * nor end while a product with it runs: machine code reads it by address. Immutable; shared by all threads.
 *
 * <pre>
 *   LinearLayout layout = LinearLayout.of(WeightType.I8, 1536, 576);
 *   Linear.pack(layout, (output, row) -> checkpoint.read(output, row), file.asSlice(offset, layout.bytes()));
 *   Linear linear = Linear.of(layout, file.asSlice(offset, layout.bytes())).withActivations(Activations.QUANTIZED);
 * </pre>
 */
public final class Linear {
    /** Factors and terms after the last output, for a tile of vectors that reaches beyond it. */
    private static final int TILE_SLACK = 64;

    private static final int NIBBLE = 0xf;

    private final LinearLayout layout;
    private final MemorySegment segment;
    private final Activations activations;
    private final float[] scale;
    private final float[] bias;
    private final AtomicReference<@Nullable MemorySegment> negatives = new AtomicReference<>();

    private Linear(LinearLayout layout, MemorySegment segment, Activations activations, float[] scale, float[] bias) {
        this.layout = layout;
        this.segment = segment;
        this.activations = activations;
        this.scale = scale;
        this.bias = bias;
    }

    /** A layer without a bias over packed weights; see {@link #of(LinearLayout, MemorySegment, float[])}. */
    public static Linear of(LinearLayout layout, MemorySegment segment) {
        return of(layout, segment, new float[layout.outputs()]);
    }

    /**
     * A layer over packed weights, with activations as they are.
     *
     * @param segment native memory that begins with the weights; stays the caller's
     * @param bias one term per output
     */
    public static Linear of(LinearLayout layout, MemorySegment segment, float[] bias) {
        if (!segment.isNative() || segment.byteSize() < layout.bytes()) {
            throw new IllegalArgumentException(layout + " needs " + layout.bytes() + " bytes of native memory, got "
                    + segment.byteSize() + (segment.isNative() ? "" : " on the heap"));
        }
        MemorySegment weights = segment.asSlice(0, layout.bytes());
        return new Linear(layout, weights, Activations.FLOAT, factors(layout, weights), padded(layout, bias, "biases"));
    }

    /**
     * Packs floats, quantising them for I8 and I4: the largest magnitude of an output, or of 32 inputs, becomes 127 for
     * I8 and -8 for I4. F16 and BF16 are rounded to the nearest.
     *
     * @param target at least {@link LinearLayout#bytes()} long, written from its beginning, output after output
     * @throws IllegalArgumentException if a weight is not finite, or the target too small
     */
    public static void pack(LinearLayout layout, FloatRows rows, MemorySegment target) {
        WeightPacker.pack(layout, rows, target);
    }

    /** Packs I8 or I4 weights that have their scales; otherwise as {@link #pack(LinearLayout, FloatRows, MemorySegment)}. */
    public static void packQuantized(LinearLayout layout, QuantizedRows rows, MemorySegment target) {
        WeightPacker.pack(layout, rows, target);
    }

    /** Packs a tensor into memory that ends with its last user. */
    static Linear pack(Tensor weight, float[] scale, float[] bias) {
        int[] order = new int[inputs(weight)];
        Arrays.setAll(order, i -> i);
        return pack(weight, scale, bias, order);
    }

    /** Packs a tensor into memory that ends with its last user; input {@code i} is entry {@code order[i]} of a row. */
    static Linear pack(Tensor weight, float[] scale, float[] bias, int[] order) {
        int outputs = weight.shape().dimension(0);
        requireLength(scale, outputs, "scales");
        LinearLayout layout = new LinearLayout(packedType(weight), WeightScales.PER_OUTPUT, outputs, order.length);
        MemorySegment target = Arena.ofAuto().allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        int stride = Math.toIntExact(weight.shape().elements() / outputs);
        WeightPacker.packScaled(layout, weight, stride, scale, order, target);
        return of(layout, target, bias);
    }

    private static WeightType packedType(Tensor weight) {
        return switch (weight.type()) {
            case F32 -> WeightType.F32;
            case I8 -> WeightType.I8;
            default -> throw new IllegalArgumentException("a linear layer's weights are F32 or I8, got " + weight);
        };
    }

    private static int inputs(Tensor weight) {
        Shape shape = weight.shape();
        if (shape.rank() < 2 || shape.elements() == 0) {
            throw new IllegalArgumentException("a linear layer needs [outputs, inputs], got " + weight);
        }
        return Math.toIntExact(shape.elements() / shape.dimension(0));
    }

    private static float[] factors(LinearLayout layout, MemorySegment weights) {
        float[] factors = new float[layout.outputs()];
        if (layout.scales() == WeightScales.PER_OUTPUT) {
            MemorySegment.copy(weights, Tensor.FLOAT, layout.scalesOffset(), factors, 0, factors.length);
        } else {
            Arrays.fill(factors, 1);
        }
        return padded(layout, factors, "scales");
    }

    private static float[] padded(LinearLayout layout, float[] values, String what) {
        requireLength(values, layout.outputs(), what);
        return Arrays.copyOf(values, layout.outputs() + TILE_SLACK);
    }

    private static void requireLength(float[] values, int outputs, String what) {
        if (values.length != outputs) {
            throw new IllegalArgumentException(values.length + " " + what + " for " + outputs + " outputs");
        }
    }

    /** The same weights for products that compute with {@code wanted}; floats as weights take activations as they are. */
    public Linear withActivations(Activations wanted) {
        if (wanted == Activations.QUANTIZED && !layout.type().isQuantized()) {
            throw new IllegalArgumentException(layout.type() + " weights take activations as they are; use FLOAT");
        }
        return new Linear(layout, segment, wanted, scale, bias);
    }

    /** How the weights lie. */
    public LinearLayout layout() {
        return layout;
    }

    /** What products with these weights compute with. */
    public Activations activations() {
        return activations;
    }

    /** Length of the result. */
    public int outputs() {
        return layout.outputs();
    }

    /** Length of the argument. */
    public int inputs() {
        return layout.inputs();
    }

    /** The weight of one output and one input, scaled. */
    public float weight(int output, int input) {
        return stored(output, input) * scale(output, input);
    }

    private float scale(int output, int input) {
        return layout.scales() == WeightScales.PER_GROUP
                ? segment.get(Tensor.FLOAT, layout.scaleOffset(output, input / LinearLayout.GROUP_INPUTS))
                : scale[output];
    }

    private float stored(int output, int input) {
        long at = layout.weightOffset(output, input);
        return switch (layout.type()) {
            case F32 -> segment.get(Tensor.FLOAT, at);
            case F16 -> Float.float16ToFloat(segment.get(WeightPacker.SHORT, at));
            case BF16 -> WeightPacker.ofBrain(segment.get(WeightPacker.SHORT, at));
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, at);
            case I4 ->
                (segment.get(ValueLayout.JAVA_BYTE, at) >> LinearLayout.nibbleShift(input) & NIBBLE)
                        - WeightPacker.I4_OFFSET;
        };
    }

    /** Copies the scaled weights of one output, for an embedding the vector of one word. */
    public void copyRow(int output, float[] target, int offset) {
        if (output < 0 || output >= outputs()) {
            throw new IndexOutOfBoundsException("row " + output + " of " + outputs());
        }
        for (int input = 0; input < inputs(); input++) {
            target[offset + input] = weight(output, input);
        }
    }

    /** The sum of {@code count} weights of one output, from an input on, each times a value. */
    double dot(int output, int firstInput, float[] values, int from, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            int input = firstInput + i;
            sum += (double) stored(output, input) * scale(output, input) * values[from + i];
        }
        return sum;
    }

    /** The memory of the weights and scales. */
    MemorySegment segment() {
        return segment;
    }

    /**
     * What {@link QuantizedProducts#sumNegatives} gives for I8 weights, or {@link QuantizedProducts#sumNegativesOfGroups},
     * made at the first call. Lies as the scales do; a line may be read beyond its end.
     */
    MemorySegment negatives(QuantizedProducts products) {
        MemorySegment known = negatives.get();
        if (known != null) {
            return known;
        }
        long bytes = layout.scaleBytes() + LinearLayout.ALIGNMENT_BYTES;
        MemorySegment sums = Arena.ofAuto().allocate(bytes, LinearLayout.ALIGNMENT_BYTES);
        if (layout.scales() == WeightScales.PER_GROUP) {
            products.sumNegativesOfGroups(segment.address(), layout.panels(), layout.paddedInputs(), sums.address());
        } else {
            products.sumNegatives(segment.address(), layout.panels(), layout.paddedInputs(), sums.address());
        }
        Reference.reachabilityFence(segment);
        negatives.compareAndSet(null, sums);
        return sums;
    }

    /** One factor per output and zeros beyond; ones where the scales are finer or none. */
    float[] scale() {
        return scale;
    }

    /** One term per output and zeros beyond. */
    float[] bias() {
        return bias;
    }
}
