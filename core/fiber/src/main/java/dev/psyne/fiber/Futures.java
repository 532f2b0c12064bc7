package dev.psyne.fiber;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Between jobs and the futures of the JDK: a job waits for a future as it waits for a {@link Counter}, and what a job
 * returns becomes a {@link CompletableFuture}.
 *
 * <p>A job that waits gives its worker away and runs no other job meanwhile; virtual and platform threads may wait too. The
 * future is only looked at: an interrupt or a timeout ends the wait and neither cancels nor completes it. A future that is
 * done already is answered at once, even to an interrupted thread.
 *
 * <p>A job that waits for a future which only a later part of itself completes never returns.
 */
public final class Futures {
    private Futures() {}

    /**
     * Waits for the value of a future.
     *
     * @throws JobFailedException if the future failed or was cancelled; the cause is what it failed with, without the
     *     {@link CompletionException}s around it, or the {@link CancellationException}
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    public static <T extends @Nullable Object> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException | CancellationException e) {
            throw new JobFailedException(unwrapped(e));
        }
    }

    /**
     * As {@link #await(Future)}, for so long at most (zero or less: only if it is done).
     *
     * @throws AwaitTimeoutException if the future was not done in time
     */
    public static <T extends @Nullable Object> T await(Future<T> future, Duration timeout) {
        try {
            return future.get(Math.max(0, TimeUnit.NANOSECONDS.convert(timeout)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AwaitTimeoutException("value of a future", timeout);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException | CancellationException e) {
            throw new JobFailedException(unwrapped(e));
        }
    }

    /** As {@link #await(Future)}, for a stage of whatever making. */
    public static <T extends @Nullable Object> T awaitStage(CompletionStage<T> stage) {
        return await(future(stage));
    }

    /**
     * As {@link #await(Future, Duration)}, for a stage of whatever making. A stage that is no {@link CompletableFuture} keeps
     * a few words of each such wait until it completes: who asks again and again calls
     * {@link CompletionStage#toCompletableFuture} once and awaits that.
     */
    public static <T extends @Nullable Object> T awaitStage(CompletionStage<T> stage, Duration timeout) {
        return await(future(stage), timeout);
    }

    /**
     * Queues a job and returns the future of its result. The future fails with what the job threw, unchanged; dependents
     * run on the job's fiber, so that one that waits gives the worker away too. Cancelled before the job begins, the future
     * takes the job's place; later the job goes on and its result is dropped.
     *
     * <p>The future of a job that {@link Scheduler#close()} drops fails with a {@link JobRejectedException}.
     *
     * @throws JobRejectedException if the queue is full or the scheduler closed
     */
    public static <T extends @Nullable Object> CompletableFuture<T> spawn(Scheduler scheduler, Callable<T> job) {
        Objects.requireNonNull(job);
        CompletableFuture<T> future = new CompletableFuture<>();
        scheduler.spawn(new FutureJob<>(job, future));
        return future;
    }

    private static <T extends @Nullable Object> CompletableFuture<T> future(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture();
        } catch (UnsupportedOperationException refused) {
            // The interface leaves that to the implementation; a dependent does the same.
            CompletableFuture<T> future = new CompletableFuture<>();
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    future.complete(value);
                } else {
                    future.completeExceptionally(failure);
                }
            });
            return future;
        }
    }

    private static AwaitInterruptedException interrupted() {
        Thread.currentThread().interrupt();
        return new AwaitInterruptedException("interrupted while waiting for a future");
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapped = failure instanceof ExecutionException || failure instanceof CompletionException;
        return wrapped && cause != null ? unwrapped(cause) : failure;
    }
}
