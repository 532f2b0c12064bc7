package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * Takes the tensors of a model by name, each checked against what the configuration expects, and packs them. A matrix is
 * stored in I8 with a scale for each output, as an exported model has it, or in F32 without scales.
 */
final class WeightReader {
    static final String FILE = "model.safetensors";

    private static final String SCALE = ".scale";

    private final SafetensorsFile file;
    private final Kernels kernels;
    private final WeightPrecision precision;
    private final TreeSet<String> rest;
    private final TreeSet<String> kinds = new TreeSet<>();

    /**
     * The tensors of a file.
     *
     * @param precision of the products of whole layers; windows of convolutions, small matrices and vectors stay as stored
     */
    WeightReader(SafetensorsFile file, Kernels kernels, WeightPrecision precision) {
        this.file = file;
        this.kernels = kernels;
        this.precision = precision;
        this.rest = new TreeSet<>(file.names());
    }

    Kernels kernels() {
        return kernels;
    }

    /** A linear layer without bias. */
    Linear linear(String name, int outputs, int inputs) {
        return linear(name, outputs, inputs, new float[outputs]);
    }

    /** A linear layer with a bias. */
    Linear linear(String name, String bias, int outputs, int inputs) {
        return linear(name, outputs, inputs, vector(bias, outputs));
    }

    private Linear linear(String name, int outputs, int inputs, float[] bias) {
        Linear stored = kernels.linear(matrix(name, outputs, inputs), scale(name, outputs), bias);
        Linear held = WeightForm.of(stored, bias, precision);
        kinds.add(WeightForm.describe(held));
        return held;
    }

    /** How the products taken so far are held, for a person to read. */
    String describe() {
        return String.join("; ", kinds);
    }

    /** A small linear layer kept in F32, without bias. */
    Linear floatLinear(String name, int outputs, int inputs) {
        return floatLinear(name, outputs, inputs, new float[outputs]);
    }

    /** A small linear layer kept in F32, with a bias. */
    Linear floatLinear(String name, String bias, int outputs, int inputs) {
        return floatLinear(name, outputs, inputs, vector(bias, outputs));
    }

    private Linear floatLinear(String name, int outputs, int inputs, float[] bias) {
        MemorySegment weights =
                MemorySegment.ofArray(rows(name, outputs, inputs).values());
        return kernels.linear(Tensor.of(weights, ElementType.F32, Shape.of(outputs, inputs)), ones(outputs), bias);
    }

    Convolution convolution(String name, String bias, SceneConfiguration.Conv shape) {
        Tensor weight = matrix(name, shape.out(), shape.in(), shape.kernel(), shape.kernel());
        float[] scale = scale(name, shape.out());
        return kernels.convolution(weight, scale, vector(bias, shape.out()), shape.stride(), shape.padding());
    }

    float[] vector(String name, int length) {
        float[] values = new float[length];
        floats(name, Shape.of(length), values);
        return values;
    }

    float scalar(String name) {
        return vector(name, 1)[0];
    }

    Rows rows(String name, int count, int width) {
        Rows rows = Rows.allocate(count, width);
        floats(name, Shape.of(count, width), rows.values());
        return rows;
    }

    /** Refuses tensors nobody took. */
    void end() {
        if (!rest.isEmpty()) {
            throw new ModelException(file.file(), rest.first(), "this tensor", "no further tensors");
        }
    }

    private Tensor matrix(String name, int... dimensions) {
        boolean hasScales = file.names().contains(name + SCALE);
        Tensor tensor = file.tensor(name, hasScales ? ElementType.I8 : ElementType.F32, Shape.of(dimensions));
        if (!hasScales) {
            file.tensor(name).requireFinite();
        }
        rest.remove(name);
        return tensor;
    }

    /** One for each output where there are no scales: the weights are what they are. */
    private float[] scale(String name, int outputs) {
        if (file.names().contains(name + SCALE)) {
            return vector(name + SCALE, outputs);
        }
        return ones(outputs);
    }

    private static float[] ones(int outputs) {
        float[] ones = new float[outputs];
        Arrays.fill(ones, 1);
        return ones;
    }

    private void floats(String name, Shape shape, float[] target) {
        rest.remove(name);
        file.tensor(name, ElementType.F32, shape).copyTo(target, 0);
        for (int i = 0; i < target.length; i++) {
            if (!Float.isFinite(target[i])) {
                throw new ModelException(file.file(), name, target[i] + " at " + i, "finite numbers");
            }
        }
    }
}
