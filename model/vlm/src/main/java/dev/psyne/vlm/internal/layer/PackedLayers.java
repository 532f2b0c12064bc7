package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.LinearLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Where the packed layers of a model lie: in memory, or in a file that holds them from an earlier time. */
public interface PackedLayers extends AutoCloseable {
    /**
     * Native memory that holds a layer: it was packed before, or is by the call.
     *
     * @param name of the layer, once in a model
     * @param packer writes the layer to memory of the layout's size
     */
    MemorySegment place(String name, LinearLayout layout, Consumer<MemorySegment> packer);

    /** Whether the tensors were looked at for numbers that are none when the layers were packed. */
    default boolean isChecked() {
        return false;
    }

    /** Ends the memory. Machine code reads it by address: no product over it may be running. */
    @Override
    void close();
}
