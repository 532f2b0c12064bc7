package dev.psyne.fiber;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A job whose result, or whose failure, completes a future. */
record FutureJob<T extends @Nullable Object>(Callable<T> job, CompletableFuture<T> future) implements DroppableJob {
    @Override
    public void run() {
        if (future.isDone()) {
            return;
        }
        T value;
        try {
            value = job.call();
        } catch (Throwable thrown) {
            future.completeExceptionally(thrown);
            return;
        }
        future.complete(value);
    }

    @Override
    public void dropped(JobRejectedException why) {
        future.completeExceptionally(why);
    }
}
