package dev.psyne.fiber;

import org.jspecify.annotations.Nullable;

/**
 * What a job of a {@link JobScope} comes to. Any thread may ask.
 *
 * @param <T> of the job's value
 */
public sealed interface JobResult<T extends @Nullable Object> permits ScopeJob {
    /** Whether the job has ended, in whatever way. */
    boolean isDone();

    /**
     * The job's value, once its scope was awaited.
     *
     * @throws IllegalStateException if the job has not ended
     * @throws JobFailedException if it failed; the cause is what it threw
     * @throws JobCancelledException if it was given up
     */
    T get();
}
