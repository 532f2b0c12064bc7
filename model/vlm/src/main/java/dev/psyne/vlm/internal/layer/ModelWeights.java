package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.Activations;
import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the tensors of a checkpoint by name, each checked against the wanted shape, and packs those of products for the
 * kernels, row by row: besides the packed layers there is no copy of them. Used by one thread.
 */
public final class ModelWeights {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    /** A table is looked at and then packed, if it is the last layer as well: the first counts one part in so many. */
    private static final int TABLE_SHARE = 4;

    private final Checkpoint checkpoint;
    private final Kernels kernels;
    private final WeightPrecision precision;
    private final PackedLayers layers;
    private final WeightLifetime lifetime;
    private final LoadMeter meter;
    private final WeightTally tally = new WeightTally();

    /** The weights of a checkpoint, which must stay open while they are taken, as it has them. */
    public ModelWeights(Checkpoint checkpoint, Kernels kernels) {
        this(checkpoint, kernels, WeightPrecision.AS_STORED, new LayerMemory());
    }

    /**
     * The weights of a checkpoint, which must stay open while they are taken.
     *
     * @param layers where what is packed lies
     */
    public ModelWeights(Checkpoint checkpoint, Kernels kernels, WeightPrecision precision, PackedLayers layers) {
        this(checkpoint, kernels, precision, layers, new WeightLifetime());
    }

    private ModelWeights(
            Checkpoint checkpoint,
            Kernels kernels,
            WeightPrecision precision,
            PackedLayers layers,
            WeightLifetime lifetime) {
        this(checkpoint, kernels, precision, layers, lifetime, LoadMeter.idle(lifetime));
    }

    /**
     * As above, for a model that is closed some time.
     *
     * @param lifetime of the checkpoint and the layers
     * @param meter of what is read
     */
    public ModelWeights(
            Checkpoint checkpoint,
            Kernels kernels,
            WeightPrecision precision,
            PackedLayers layers,
            WeightLifetime lifetime,
            LoadMeter meter) {
        this.checkpoint = checkpoint;
        this.kernels = kernels;
        this.precision = precision;
        this.layers = layers;
        this.lifetime = lifetime;
        this.meter = meter;
    }

    /** How long they may be used. */
    public WeightLifetime lifetime() {
        return lifetime;
    }

    /** The kernels they are packed for. */
    public Kernels kernels() {
        return kernels;
    }

    /** Whether there is a tensor of a name. */
    public boolean has(String name) {
        return checkpoint.names().contains(name);
    }

    /** A tensor as it is stored. */
    public StoredTensor stored(String name, int... dimensions) {
        return checkpoint.tensor(name).require(dimensions);
    }

    /** A table whose rows are read where they lie, all of them finite. */
    public StoredTensor table(String name, int rows, int width) {
        StoredTensor tensor = stored(name, rows, width);
        if (!layers.isChecked()) {
            tensor.requireFinite();
            meter.read(tensor.segment().byteSize(), meter.claim(tensor, TABLE_SHARE));
        }
        return tensor;
    }

    /** The finite numbers of a tensor of any shape that has so many. */
    public float[] vector(String name, int length) {
        StoredTensor tensor = checkpoint.tensor(name);
        if (tensor.shape().elements() != length) {
            throw new ModelException(tensor.file(), name, tensor.shape().toString(), "[" + length + "]");
        }
        float[] values = new float[length];
        tensor.read(0, length, values, 0);
        meter.read(tensor.segment().byteSize(), meter.claim(tensor));
        requireFinite(tensor, values);
        return values;
    }

    /** A part of a layer whose outputs are stacked: its tensor's name without {@code .weight}, and its outputs. */
    public record Part(String name, int outputs) {}

    /** A convolution with a bias; the window is a square. */
    public Convolution convolution(String name, int outputs, int inputs, int kernel, int stride, int padding) {
        float[] values = vector(name + WEIGHT, outputs * inputs * kernel * kernel);
        float[] scale = ones(outputs);
        Tensor tensor = tensor(values, Shape.of(outputs, inputs, kernel, kernel));
        return kernels.convolution(tensor, scale, vector(name + BIAS, outputs), stride, padding);
    }

    /** A linear layer with a bias, each output times a factor. */
    public Linear scaledLinear(String name, int outputs, int inputs, float[] factor) {
        float[] bias = vector(name + BIAS, outputs);
        for (int i = 0; i < outputs; i++) {
            bias[i] *= factor[i];
        }
        return linear(inputs, bias, factor, new Part(name, outputs));
    }

    private static Tensor tensor(float[] values, Shape shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Tensor.of(MemorySegment.ofArray(bytes.array()), ElementType.F32, shape);
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * A linear layer of one or several tensors, whose outputs follow each other. A part has a bias if the checkpoint does.
     */
    public Linear linear(int inputs, Part... parts) {
        float[] bias = new float[outputs(parts)];
        int row = 0;
        for (Part part : parts) {
            if (has(part.name() + BIAS)) {
                String name = part.name() + BIAS;
                float[] values = vector(name, part.outputs());
                for (int i = 0; i < values.length; i++) {
                    bias[row + i] = values[checkpoint.storedRow(name, i)];
                }
            }
            row += part.outputs();
        }
        return linear(inputs, bias, null, parts);
    }

    private static int outputs(Part... parts) {
        return Arrays.stream(parts).mapToInt(Part::outputs).reduce(0, Math::addExact);
    }

    private Linear linear(int inputs, float[] bias, float @Nullable [] factor, Part... parts) {
        List<StoredTensor> tensors =
                Arrays.stream(parts).map(part -> matrix(part, inputs)).toList();
        LayerForm plain =
                LayerForm.of(tensors.stream().map(StoredTensor::type).distinct().toList(), precision);
        LayerForm form = factor == null ? plain : plain.scaled();
        LinearLayout layout = form.layout(bias.length, inputs);
        List<String> names =
                Arrays.stream(parts).map(part -> part.name() + WEIGHT).toList();
        String name = Arrays.stream(parts).map(Part::name).collect(Collectors.joining("+"));
        LayerPacker packer = new LayerPacker(checkpoint, names, inputs, form, factor, meter);
        MemorySegment memory = layers.place(name, layout, target -> packer.pack(layout, target));
        if (layers.isChecked() && meter.isCounting()) {
            PageReader.read(memory, tensors, meter);
        }
        tally(tensors, form, layout);
        Linear linear = Linear.of(layout, memory, bias);
        return layout.type().isQuantized() ? linear.withActivations(Activations.QUANTIZED) : linear;
    }

    private StoredTensor matrix(Part part, int inputs) {
        StoredTensor tensor = checkpoint.tensor(part.name() + WEIGHT);
        Shape shape = tensor.shape();
        long elements = Math.multiplyExact((long) part.outputs(), inputs);
        if (shape.elements() != elements || shape.dimension(0) != part.outputs()) {
            throw new ModelException(
                    tensor.file(), tensor.name(), shape.toString(), "[" + part.outputs() + ", " + inputs + "]");
        }
        if (inputs % tensor.type().blockElements() != 0) {
            throw new ModelException(
                    tensor.file(),
                    tensor.name(),
                    tensor.type() + " with rows of " + inputs,
                    "rows of whole blocks of " + tensor.type().blockElements());
        }
        return tensor;
    }

    private void tally(List<StoredTensor> tensors, LayerForm form, LinearLayout layout) {
        for (StoredTensor tensor : tensors) {
            long share = layout.bytes() * tensor.shape().elements() / ((long) layout.outputs() * layout.inputs());
            tally.add(form.describe(tensor.type().name()), share);
        }
    }

    /** At most so many bytes, or few more, are taken by some tensors packed. */
    public static long estimate(Checkpoint checkpoint, Iterable<String> names, WeightPrecision precision) {
        long bytes = 0;
        for (String name : names) {
            StoredTensor tensor = checkpoint.tensor(name);
            if (tensor.shape().rank() > 1 && tensor.type().readable()) {
                int outputs = tensor.shape().dimension(0);
                int inputs = Math.toIntExact(tensor.shape().elements() / Math.max(1, outputs));
                LayerForm form = LayerForm.of(List.of(tensor.type()), precision);
                bytes = Math.addExact(
                        bytes,
                        form.layout(Math.max(1, outputs), Math.max(1, inputs)).bytes());
            }
        }
        return bytes;
    }

    /** How the products taken so far are held, for a person to read. */
    public String describe() {
        return tally.describe();
    }

    /** A linear layer of one tensor. */
    public Linear linear(String name, int outputs, int inputs) {
        return linear(inputs, new Part(name, outputs));
    }

    private static void requireFinite(StoredTensor tensor, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelException(tensor.file(), tensor.name(), values[i] + " at " + i, "finite numbers");
            }
        }
    }

    /** The names that were there, for an error that lists them. */
    public List<String> names() {
        return checkpoint.names().stream().sorted().toList();
    }
}
