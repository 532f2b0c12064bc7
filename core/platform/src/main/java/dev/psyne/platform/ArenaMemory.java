package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The JDK's own allocator: on every system, at the price of touching all of the memory to zero it. */
final class ArenaMemory implements VirtualMemory {
    @Override
    public Choice choice() {
        return Choice.ARENA;
    }

    @Override
    public MemorySegment map(Arena arena, long bytes, long alignment) {
        VirtualMemoryProvider.check(bytes, alignment);
        try {
            return arena.allocate(bytes, alignment);
        } catch (OutOfMemoryError refused) {
            throw new VirtualMemoryException("allocation of " + bytes + " bytes failed", refused);
        }
    }
}
