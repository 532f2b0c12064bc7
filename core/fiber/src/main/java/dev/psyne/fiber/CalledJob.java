package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A job whose result or failure is carried to the thread that waits for it. */
final class CalledJob<T extends @Nullable Object> implements Runnable {
    private final Callable<T> job;
    private @Nullable T value;
    private @Nullable Throwable failure;

    CalledJob(Callable<T> job) {
        this.job = job;
    }

    @Override
    public void run() {
        try {
            value = job.call();
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }

    @SuppressWarnings("NullAway") // null only if the job returned it, and then T says so
    T get() {
        if (failure != null) {
            throw new JobFailedException(failure);
        }
        return value;
    }
}
