package dev.psyne.hypha.internal.session;

import dev.psyne.memory.ByteBudget;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory that all outboxes share. When it is full the one that holds most of it is closed, so that those who read
 * are not at the mercy of those who do not.
 */
final class SendRoom {
    private static final int MAX_EVICTIONS = 64;

    private final ByteBudget budget;
    private final Supplier<@Nullable Outbox> largest;

    /** {@code largest} finds the outbox that holds most. */
    SendRoom(long limitBytes, Supplier<@Nullable Outbox> largest) {
        this.budget = new ByteBudget(limitBytes);
        this.largest = largest;
    }

    /** Takes bytes, from others if need be; false if even that is not enough. */
    boolean reserve(long bytes) {
        for (int i = 0; i < MAX_EVICTIONS; i++) {
            if (budget.tryReserve(bytes)) {
                return true;
            }
            Outbox holder = largest.get();
            if (holder == null) {
                return false;
            }
            holder.overflow("the server's memory for what waits is full, and most of it waits for this client");
        }
        return budget.tryReserve(bytes);
    }

    void release(long bytes) {
        budget.release(bytes);
    }

    long used() {
        return budget.used();
    }
}
