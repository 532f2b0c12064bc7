package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a state that no latch tells of. */
final class Eventually {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Eventually() {}

    static void holds(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean() && System.nanoTime() - start < BOUND_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        assertTrue(condition.getAsBoolean());
    }
}
