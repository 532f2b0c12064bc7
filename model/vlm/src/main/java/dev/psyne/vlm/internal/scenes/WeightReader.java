package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.util.TreeSet;

/** Takes the tensors of a model by name, each checked against what the configuration expects, and packs them. */
final class WeightReader {
    static final String FILE = "model.safetensors";

    private static final String SCALE = ".scale";

    private final SafetensorsFile file;
    private final Kernels kernels;
    private final TreeSet<String> rest;

    WeightReader(SafetensorsFile file, Kernels kernels) {
        this.file = file;
        this.kernels = kernels;
        this.rest = new TreeSet<>(file.names());
    }

    Kernels kernels() {
        return kernels;
    }

    /** A linear layer without bias. */
    Linear linear(String name, int outputs, int inputs) {
        return kernels.linear(matrix(name, outputs, inputs), scale(name, outputs), new float[outputs]);
    }

    /** A linear layer with a bias. */
    Linear linear(String name, String bias, int outputs, int inputs) {
        return kernels.linear(matrix(name, outputs, inputs), scale(name, outputs), vector(bias, outputs));
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
        rest.remove(name);
        return file.tensor(name, ElementType.I8, Shape.of(dimensions));
    }

    private float[] scale(String name, int outputs) {
        return vector(name + SCALE, outputs);
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
