package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The tensors of a model as its files hold them, by name, mapped: nothing is read before it is looked at. Safe to share
 * between threads until it is closed; a tensor used after that throws {@link IllegalStateException}.
 */
public interface Checkpoint extends AutoCloseable {
    /**
     * Opens a GGUF file by its ending, any other as safetensors; or a directory that holds {@code model.safetensors} or the
     * index of its shards.
     *
     * @throws ModelException if it cannot be used; nothing is left open
     */
    static Checkpoint open(Path path) {
        if (!Files.isDirectory(path)) {
            return path.toString().endsWith(GgufFile.ENDING) ? GgufFile.open(path) : SafetensorsFile.open(path);
        }
        Path single = path.resolve(SafetensorsShards.SINGLE_FILE);
        if (Files.exists(single)) {
            return SafetensorsFile.open(single);
        }
        if (Files.exists(path.resolve(SafetensorsShards.INDEX_FILE))) {
            return SafetensorsShards.open(path);
        }
        throw new ModelException(
                path, "weights", "neither file", SafetensorsShards.SINGLE_FILE + " or " + SafetensorsShards.INDEX_FILE);
    }

    /** The file, or the directory, an error names. */
    Path path();

    /** The files that hold the tensors. */
    List<Path> files();

    /** The names of all tensors. */
    Set<String> names();

    /**
     * The tensor of a name.
     *
     * @throws ModelException if there is none
     */
    StoredTensor tensor(String name);

    /** Where, in a tensor as it is stored, that row is which the layers take as row {@code row}. */
    default int storedRow(String name, int row) {
        return row;
    }

    @Override
    void close();
}
