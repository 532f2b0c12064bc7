package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.util.Optional;

/** The JDK's own allocator: on every system, at the price of touching all of the memory to zero it. */
final class ArenaMemory implements VirtualMemory {
    @Override
    public Choice choice() {
        return Choice.ARENA;
    }

    @Override
    public Pages map(long bytes, long alignment) {
        VirtualMemoryProvider.check(bytes, alignment);
        Arena memory = Arena.ofShared();
        try {
            return new ArenaPages(memory, memory.allocate(bytes, alignment));
        } catch (OutOfMemoryError refused) {
            memory.close();
            throw new VirtualMemoryException("allocation of " + bytes + " bytes failed", refused);
        }
    }

    @Override
    public Optional<Pages> mapReservedHugePages(long bytes, long alignment) {
        return Optional.empty();
    }
}
