package dev.psyne.rpc.internal.codec;

import dev.psyne.memory.RegionAllocator;
import java.lang.foreign.MemorySegment;

/** Where a growing writer gets its memory, in blocks aligned to 64 bytes. */
public interface MessageBlocks {
    /** A block of at least so many bytes, whatever is in it. */
    MemorySegment allocate(long bytes);

    /** Takes one back. */
    void free(MemorySegment block);

    /** Blocks of an allocator. */
    static MessageBlocks of(RegionAllocator allocator) {
        return new MessageBlocks() {
            @Override
            public MemorySegment allocate(long bytes) {
                return allocator.allocate(bytes);
            }

            @Override
            public void free(MemorySegment block) {
                allocator.free(block);
            }
        };
    }
}
