package dev.psyne.rpc;

import dev.psyne.platform.Availability;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.nio.file.Path;

/**
 * Tensors in memory that a connection shares with its node. None of it has to be used: a tensor from anywhere is sent by reference, copied once,
 * if it is large enough and the callee can map it. Any thread may call.
 */
public interface SharedTensors {
    /** Whether memory is shared, or why it is not. */
    Availability availability();

    /**
     * A tensor that is sent without any copy; its elements are whatever was there. Its memory is this side's until nobody refers to the
     * tensor or a view of it any more. Who changes it during a call changes what the callee sees.
     *
     * @throws IllegalStateException if no memory is shared, or the connection is over
     * @throws dev.psyne.memory.RegionExhaustedException if there is no room in the region
     */
    Tensor allocate(ElementType type, Shape shape);

    /**
     * Gives back at once the memory of a result that came by reference, with that of all tensors of the same message; otherwise that
     * happens when the garbage collector has found that nobody refers to them. They must not be read after that: their elements change. Of any
     * other tensor nothing happens.
     */
    void release(Tensor result);

    /**
     * Opens a file whose tensors are sent by reference.
     *
     * @throws java.io.UncheckedIOException if it cannot be opened or mapped
     */
    SharedFile share(Path file);
}
