package dev.psyne.bench.memory;

import dev.psyne.memory.Region;
import dev.psyne.memory.RegionAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Ours, through offsets. */
final class OffsetHolder implements BlockHolder {
    private static final long NONE = -1;

    private final MemorySegment segment;
    private final RegionAllocator allocator;
    private final long[] places;

    OffsetHolder(Region region, RegionAllocator allocator, int places) {
        this.segment = region.segment();
        this.allocator = allocator;
        this.places = new long[places];
        Arrays.fill(this.places, NONE);
    }

    @Override
    public void replace(int place, int bytes) {
        if (places[place] != NONE) {
            allocator.freeOffset(places[place]);
        }
        long block = allocator.allocateOffset(bytes);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, block, bytes);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, block + bytes - Long.BYTES, bytes);
        places[place] = block;
    }

    @Override
    public void clear() {
        for (long block : places) {
            if (block != NONE) {
                allocator.freeOffset(block);
            }
        }
        Arrays.fill(places, NONE);
    }
}
