package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.memory.Region;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A mapped GGUF file: tensors and what it says of its model. Its tensors are views of the mapping. */
public final class GgufFile implements Checkpoint {
    /** How names of such files end. */
    public static final String ENDING = ".gguf";

    private final Path file;
    private final Region region;
    private final GgufMetadata metadata;
    private final Map<String, GgufHeader.Entry> entries;

    private GgufFile(Path file, Region region, GgufHeader.Content content) {
        this.file = file;
        this.region = region;
        this.metadata = content.metadata();
        this.entries = content.entries();
    }

    /**
     * Opens a file.
     *
     * @throws ModelException if it is none, or damaged; nothing is left open
     */
    public static GgufFile open(Path file) {
        Region region = map(file);
        try {
            return new GgufFile(file, region, GgufHeader.parse(file, region.segment()));
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

    @Override
    public Path path() {
        return file;
    }

    /** The whole file. */
    public MemorySegment segment() {
        return region.segment();
    }

    /** What the file says of its model; it may be used after the file is closed. */
    public GgufMetadata metadata() {
        return metadata;
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The tensor of a name; its shape is outermost dimension first, the other way round than the file has it. */
    @Override
    public StoredTensor tensor(String name) {
        GgufHeader.Entry entry = entries.get(name);
        if (entry == null) {
            throw new ModelException(file, name, "nothing", "a tensor of this name");
        }
        MemorySegment bytes = region.segment().asSlice(entry.begin(), entry.bytes());
        return new StoredTensor(file, name, entry.type(), entry.shape(), bytes);
    }

    @Override
    public void close() {
        region.close();
    }
}
