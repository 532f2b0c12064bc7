package dev.psyne.fiber;

import dev.psyne.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a {@link FrameAllocator}.
 *
 * @param slot which of the memories that are used in turn is its
 * @param arena as long as it lives so do the frame's segments; null if nobody checks
 */
record Frame(long number, int slot, @Nullable Arena arena) {
    private static final long CLOSED = -1;

    static Frame begin(long number, int slot, boolean checked) {
        return new Frame(number, slot, checked ? Arena.ofShared() : null);
    }

    /** Stands for the frame of an allocator that is closed. */
    static Frame closed() {
        return new Frame(CLOSED, 0, null);
    }

    boolean isClosed() {
        return number == CLOSED;
    }

    MemorySegment view(Region block) {
        return arena == null ? block.segment() : block.view(arena);
    }

    /** Ends all of its segments; none if one is in use by a native call. */
    void end() {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
    }
}
