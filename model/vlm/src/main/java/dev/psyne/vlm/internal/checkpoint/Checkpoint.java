package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The tensors of a model as its files hold them, by name, mapped: nothing is read before it is looked at. Safe to share
 * between threads until it is closed; a tensor used after that throws {@link IllegalStateException}.
 */
public interface Checkpoint extends AutoCloseable {
    /** The file, or the directory, an error names. */
    Path path();

    /** The names of all tensors. */
    Set<String> names();

    /**
     * The tensor of a name.
     *
     * @throws ModelException if there is none
     */
    StoredTensor tensor(String name);

    @Override
    void close();
}
