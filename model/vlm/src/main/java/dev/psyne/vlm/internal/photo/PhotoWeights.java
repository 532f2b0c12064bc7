package dev.psyne.vlm.internal.photo;

import dev.psyne.tensor.Convolution;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.util.TreeSet;

/** Takes the tensors of the net by the names of its blocks, each checked against its block, and packs them. */
final class PhotoWeights {
    static final String FILE = "photo.safetensors";

    private final SafetensorsFile file;
    private final Kernels kernels;
    private final TreeSet<String> rest;

    PhotoWeights(SafetensorsFile file, Kernels kernels) {
        this.file = file;
        this.kernels = kernels;
        this.rest = new TreeSet<>(file.names());
    }

    Convolution convolution(PhotoBlock.Conv shape) {
        String name = shape.name() + ".weight";
        rest.remove(name);
        Shape wanted = Shape.of(shape.out(), shape.in(), shape.kernel(), shape.kernel());
        Tensor weight = file.tensor(name, ElementType.I8, wanted);
        float[] scale = vector(name + ".scale", shape.out());
        float[] bias = vector(shape.name() + ".bias", shape.out());
        return kernels.convolution(weight, scale, bias, shape.stride(), shape.padding());
    }

    /** Refuses tensors nobody took. */
    void end() {
        if (!rest.isEmpty()) {
            throw new ModelException(file.file(), rest.first(), "this tensor", "no further tensors");
        }
    }

    private float[] vector(String name, int length) {
        rest.remove(name);
        float[] values = new float[length];
        file.tensor(name, ElementType.F32, Shape.of(length)).copyTo(values, 0);
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelException(file.file(), name, values[i] + " at " + i, "finite numbers");
            }
        }
        return values;
    }
}
