package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.memory.Region;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A mapped safetensors file. Its tensors are views of the mapping and end with {@link #close}. */
public final class SafetensorsFile implements Checkpoint {
    private final Path file;
    private final Region region;
    private final Map<String, SafetensorsHeader.Entry> entries;

    private SafetensorsFile(Path file, Region region, Map<String, SafetensorsHeader.Entry> entries) {
        this.file = file;
        this.region = region;
        this.entries = entries;
    }

    public static SafetensorsFile open(Path file) {
        Region region = map(file);
        try {
            return new SafetensorsFile(file, region, SafetensorsHeader.parse(file, region.segment()));
        } catch (RuntimeException e) {
            region.close();
            throw e;
        }
    }

    private static Region map(Path file) {
        try {
            if (Files.size(file) == 0) {
                throw new ModelException(file, "size", "0 bytes", "a header");
            }
            return Region.mapReadOnly(file);
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }

    public Path file() {
        return file;
    }

    @Override
    public Path path() {
        return file;
    }

    /** Size of the file. */
    public long bytes() {
        return region.bytes();
    }

    /** The whole file. */
    public MemorySegment segment() {
        return region.segment();
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    @Override
    public StoredTensor tensor(String name) {
        SafetensorsHeader.Entry entry = entries.get(name);
        if (entry == null) {
            throw new ModelException(file, name, "nothing", "a tensor of this name");
        }
        return new StoredTensor(file, name, entry.type(), entry.shape(), segment(entry));
    }

    /** Elements of all tensors together. */
    public long elements() {
        return entries.values().stream()
                .mapToLong(entry -> entry.shape().elements())
                .sum();
    }

    /** The tensor of a name, which must be of this type and shape. */
    public Tensor tensor(String name, ElementType type, Shape shape) {
        SafetensorsHeader.Entry entry = entries.get(name);
        if (entry == null) {
            throw new ModelException(file, name, "nothing", type + " " + shape);
        }
        if (!entry.type().name().equals(type.name()) || !entry.shape().equals(shape)) {
            throw new ModelException(file, name, entry.type() + " " + entry.shape(), type + " " + shape);
        }
        if (entry.begin() % type.bytes() != 0) {
            throw new ModelException(
                    file, name, "byte " + entry.begin(), "a multiple of " + type.bytes() + " in the file");
        }
        return Tensor.of(segment(entry), type, shape);
    }

    private MemorySegment segment(SafetensorsHeader.Entry entry) {
        return region.segment().asSlice(entry.begin(), entry.end() - entry.begin());
    }

    @Override
    public void close() {
        region.close();
    }
}
