package dev.psyne.vlm.internal.layer;

import dev.psyne.memory.HugePages;
import dev.psyne.memory.Region;
import dev.psyne.tensor.LinearLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Layers packed into native memory of this process, in huge pages where they are to be had. Used by one thread, closed by
 * any.
 */
public final class LayerMemory implements PackedLayers {
    /** Layers share pieces of this size; larger ones have one of their own. Only what is written takes memory. */
    private static final long PIECE_BYTES = 32L << 20;

    private final Arena arena = Arena.ofShared();
    private MemorySegment free = MemorySegment.NULL;

    @Override
    public MemorySegment place(String name, LinearLayout layout, Consumer<MemorySegment> packer) {
        MemorySegment target = allocate(layout.bytes());
        packer.accept(target);
        return target;
    }

    private MemorySegment allocate(long bytes) {
        if (bytes > PIECE_BYTES) {
            return map(bytes);
        }
        long padded = Math.ceilDiv(bytes, LinearLayout.ALIGNMENT_BYTES) * LinearLayout.ALIGNMENT_BYTES;
        if (padded > free.byteSize()) {
            free = map(PIECE_BYTES);
        }
        MemorySegment taken = free.asSlice(0, bytes);
        free = free.asSlice(padded);
        return taken;
    }

    private MemorySegment map(long bytes) {
        try (Region region = Region.builder(bytes).hugePages(HugePages.TRY).build()) {
            return region.view(arena);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
