package dev.psyne.bench.memory;

import dev.psyne.memory.RegionAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ours, through segments. */
final class SegmentHolder implements BlockHolder {
    private final RegionAllocator allocator;
    private final @Nullable MemorySegment[] places;

    SegmentHolder(RegionAllocator allocator, int places) {
        this.allocator = allocator;
        this.places = new @Nullable MemorySegment[places];
    }

    @Override
    public void replace(int place, int bytes) {
        MemorySegment before = places[place];
        if (before != null) {
            allocator.free(before);
        }
        MemorySegment block = allocator.allocate(bytes);
        block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, bytes);
        block.set(ValueLayout.JAVA_LONG_UNALIGNED, bytes - Long.BYTES, bytes);
        places[place] = block;
    }

    @Override
    public void clear() {
        for (MemorySegment block : places) {
            if (block != null) {
                allocator.free(block);
            }
        }
        Arrays.fill(places, null);
    }
}
