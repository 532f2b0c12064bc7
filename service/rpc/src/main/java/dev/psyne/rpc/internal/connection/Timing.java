package dev.psyne.rpc.internal.connection;

import dev.psyne.fiber.SelectorLoop;
import java.util.concurrent.RejectedExecutionException;

/** What time it is, and what is to be done later: replaced by one without a clock in tests. Any thread may call. */
public interface Timing {
    /** Counts as {@link System#nanoTime} does. */
    long nanos();

    /** Does something in so many nanoseconds, which must not wait; never if everything has ended by then. */
    void after(long nanos, Runnable task);

    /** The machine's, on a loop's thread. */
    static Timing of(SelectorLoop loop) {
        return new Timing() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void after(long nanos, Runnable task) {
                try {
                    loop.execute(() -> loop.schedule(nanos, task));
                } catch (RejectedExecutionException ended) {
                    // Who has closed the loop has ended those who would wait for this.
                }
            }
        };
    }
}
