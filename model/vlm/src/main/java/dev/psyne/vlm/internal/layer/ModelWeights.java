package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Takes the tensors of a checkpoint by name, each checked against the wanted shape, and packs them for the kernels. */
public final class ModelWeights {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final Checkpoint checkpoint;
    private final Kernels kernels;

    /** The weights of a checkpoint, which must stay open while they are taken. */
    public ModelWeights(Checkpoint checkpoint, Kernels kernels) {
        this.checkpoint = checkpoint;
        this.kernels = kernels;
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

    /** The finite numbers of a tensor of any shape that has so many. */
    public float[] vector(String name, int length) {
        StoredTensor tensor = checkpoint.tensor(name);
        if (tensor.shape().elements() != length) {
            throw new ModelException(tensor.file(), name, tensor.shape().toString(), "[" + length + "]");
        }
        float[] values = new float[length];
        tensor.read(0, length, values, 0);
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
        return kernels.linear(tensor(vector(name + WEIGHT, outputs * inputs), Shape.of(outputs, inputs)), factor, bias);
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
        int outputs = Arrays.stream(parts).mapToInt(Part::outputs).sum();
        float[] stacked = new float[Math.multiplyExact(outputs, inputs)];
        float[] bias = new float[outputs];
        int row = 0;
        for (Part part : parts) {
            float[] values = vector(part.name() + WEIGHT, part.outputs() * inputs);
            System.arraycopy(values, 0, stacked, row * inputs, values.length);
            if (has(part.name() + BIAS)) {
                System.arraycopy(vector(part.name() + BIAS, part.outputs()), 0, bias, row, part.outputs());
            }
            row += part.outputs();
        }
        return kernels.linear(tensor(stacked, Shape.of(outputs, inputs)), ones(outputs), bias);
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
