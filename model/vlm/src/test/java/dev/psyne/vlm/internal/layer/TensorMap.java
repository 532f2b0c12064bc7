package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.Shape;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.checkpoint.StoredType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A checkpoint without a file. */
public final class TensorMap implements Checkpoint {
    private static final Path PATH = Path.of("in-memory");

    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    public TensorMap put(String name, StoredType type, byte[] bytes, int... dimensions) {
        Shape shape = Shape.of(dimensions);
        tensors.put(name, new StoredTensor(PATH, name, type, shape, MemorySegment.ofArray(bytes)));
        return this;
    }

    /** Floats as one of the float types, or rounded to blocks of Q8_0, Q5_0 or Q4_0, with a largest scale. */
    public TensorMap put(String name, StoredType type, float[] values, int... dimensions) {
        return put(name, type, StoredBytes.of(type, values), dimensions);
    }

    public TensorMap floats(String name, float[] values, int... dimensions) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return put(name, StoredType.F32, bytes.array(), dimensions);
    }

    @Override
    public Path path() {
        return PATH;
    }

    @Override
    public List<Path> files() {
        return List.of();
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(PATH, name, "nothing", "a tensor of this name");
        }
        return tensor;
    }

    @Override
    public void close() {}
}
