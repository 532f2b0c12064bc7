package dev.psyne.fiber;

import org.jspecify.annotations.Nullable;

/**
 * A job that was forked off to be joined: the two halves of divide and conquer. Any thread may join, any number of times;
 * what the job wrote is visible then.
 *
 * <pre>{@code
 * int sum(int from, int to) {
 *     if (to - from < 1000) {
 *         return plainSum(from, to);
 *     }
 *     int middle = (from + to) >>> 1;
 *     Fork<Integer> left = scheduler.fork(() -> sum(from, middle));
 *     int right = sum(middle, to);
 *     return left.join() + right;
 * }
 * }</pre>
 *
 * <p>Forks are joined at least cost in the reverse of the order they were forked in, by the job that forked them: then a
 * fork that nobody has stolen is a call. Any other order is right as well, and parks more often.
 *
 * @param <T> of the job's value
 */
public sealed interface Fork<T extends @Nullable Object> permits ForkedJob {
    /** Whether the job has ended, in whatever way. */
    boolean isDone();

    /**
     * Runs the job if it is the youngest that the caller's worker has queued, otherwise gives the worker away until the job has
     * ended. Run here it must not need a lock that the caller holds.
     *
     * @throws JobFailedException if the job failed; the cause is what it threw
     * @throws AwaitInterruptedException if the thread is interrupted while it waits; the job goes on
     */
    T join();
}
