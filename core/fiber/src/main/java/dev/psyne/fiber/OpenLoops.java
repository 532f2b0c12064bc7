package dev.psyne.fiber;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The parallel loops that workers may join. A loop stands here instead of in a queue, so that a loop whose caller did all
 * the work leaves nothing behind.
 */
final class OpenLoops {
    /** Loops open to others at once; one more runs on its caller alone. */
    private static final int SLOTS = 32;

    private static final int NONE = -1;

    private final AtomicReferenceArray<@Nullable ParallelLoop> slots = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger open = new AtomicInteger();

    /** Shows the loop to the workers; returns what {@link #close} takes. */
    int open(ParallelLoop loop) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, loop)) {
                open.incrementAndGet();
                return slot;
            }
        }
        return NONE;
    }

    void close(int slot) {
        if (slot != NONE) {
            open.decrementAndGet();
            slots.set(slot, null);
        }
    }

    boolean hasJoinable() {
        return find(false) != null;
    }

    /** A loop that the caller has joined and must run. */
    @Nullable
    ParallelLoop join() {
        return find(true);
    }

    private @Nullable ParallelLoop find(boolean join) {
        if (open.get() == 0) {
            return null;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            ParallelLoop loop = slots.get(slot);
            if (loop != null && (join ? loop.tryJoin() : loop.joinable())) {
                return loop;
            }
        }
        return null;
    }
}
