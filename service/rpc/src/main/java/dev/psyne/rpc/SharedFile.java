package dev.psyne.rpc;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;

/**
 * A file that is mapped to be read, such as a dataset or weights: its tensors are sent by reference to peers that share this machine's memory,
 * which map the same file, and are copied into messages to others. The file must not be cut off while anybody has it mapped.
 * Any thread may call.
 */
public interface SharedFile extends AutoCloseable {
    /** Bytes of the file. */
    long bytes();

    /**
     * A part of the file in place, to be read until this is closed.
     *
     * @param offset of its first byte; one that is not a multiple of 8 is copied when it is sent
     * @throws IllegalArgumentException if it does not lie in the file
     */
    Tensor tensor(long offset, ElementType type, Shape shape);

    /** Ends it here; peers keep what they have been sent. */
    @Override
    void close();
}
