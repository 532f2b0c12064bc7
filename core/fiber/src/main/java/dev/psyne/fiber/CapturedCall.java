package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A job with a result, and with what was bound where it was spawned. */
record CapturedCall<T extends @Nullable Object>(SpawnContext context, Callable<T> job) implements Callable<T> {
    /** The job as it is spawned where {@code context} is bound. */
    static <T extends @Nullable Object> Callable<T> of(@Nullable SpawnContext context, Callable<T> job) {
        return context == null ? job : new CapturedCall<>(context, job);
    }

    @Override
    public T call() throws Exception {
        return context.call(job);
    }
}
