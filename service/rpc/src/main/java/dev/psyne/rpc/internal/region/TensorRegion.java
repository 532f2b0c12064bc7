package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.memory.RegionAllocator;
import dev.psyne.memory.RegionExhaustedException;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The region in which one side of a connection puts what it lends. It alone writes and allocates there; others read. Any thread
 * may call.
 */
final class TensorRegion implements AutoCloseable {
    private final Region region;
    private final RegionAllocator allocator;
    private final long address;

    /** What was allocated to be written in place, by offset. */
    private final ConcurrentSkipListMap<Long, Block> allocated = new ConcurrentSkipListMap<>();

    TensorRegion(long bytes) {
        region = Region.builder(bytes).unnamed().sparse().forReaders().build();
        allocator = RegionAllocator.over(region);
        address = region.segment().address();
    }

    Region region() {
        return region;
    }

    /** The bytes in a block of their own; null if there is no room, or the region is closed. */
    @Nullable
    Block copy(MemorySegment bytes) {
        try {
            long offset = allocator.allocateOffset(bytes.byteSize());
            Block block = new Block(this, offset, bytes.byteSize());
            MemorySegment.copy(bytes, 0, region.segment(), offset, bytes.byteSize());
            return block;
        } catch (RegionExhaustedException full) {
            return null;
        } catch (IllegalStateException closed) {
            if (region.isOpen()) {
                // It was not the region that is gone, but what is to be copied.
                throw closed;
            }
            return null;
        }
    }

    /** A tensor whose block is held until nobody refers to it. */
    Tensor allocate(ElementType type, Shape shape) {
        long bytes = Math.max(1, shape.bytes(type));
        Block block = new Block(this, allocator.allocateOffset(bytes), bytes);
        allocated.put(block.offset(), block);
        Arena arena = Arena.ofAuto();
        MemorySegment place =
                region.view(arena).asSlice(block.offset(), shape.bytes(type)).reinterpret(arena, _ -> block.release());
        return Tensor.of(place, type, shape);
    }

    /** Where memory lies in it; negative if it lies elsewhere. */
    long offset(MemorySegment memory) {
        long offset = memory.address() - address;
        return memory.isNative() && offset >= 0 && memory.byteSize() <= region.bytes() - offset ? offset : -1;
    }

    /** The block of memory that was allocated here, held once more; null if it is none, or was given back. */
    @Nullable
    Block hold(long offset, long bytes) {
        Map.Entry<Long, Block> before = allocated.floorEntry(offset);
        return before != null
                        && before.getValue().holds(offset, bytes)
                        && before.getValue().tryHold()
                ? before.getValue()
                : null;
    }

    void free(long offset) {
        allocated.remove(offset);
        try {
            allocator.freeOffset(offset);
        } catch (IllegalStateException closed) {
            if (region.isOpen()) {
                throw closed;
            }
        }
    }

    @Override
    public void close() {
        region.close();
    }
}
