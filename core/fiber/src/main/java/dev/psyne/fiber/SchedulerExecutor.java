package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A scheduler for code that asks for an {@link Executor}: each command is a job without a counter, so it may wait without
 * holding a worker, and what it throws goes to the scheduler's uncaught exception handler. The scheduler stays with whoever
 * made it; this ends nothing. Any thread may call it.
 *
 * <p>A command that {@link Scheduler#close()} drops is reported to that handler only: a {@code CompletableFuture.supplyAsync}
 * whose command is dropped never completes.
 *
 * <pre>{@code
 * HttpClient client = HttpClient.newBuilder().executor(SchedulerExecutor.of(scheduler)).build();
 * }</pre>
 */
public final class SchedulerExecutor implements Executor {
    private final Scheduler scheduler;

    private SchedulerExecutor(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    public static SchedulerExecutor of(Scheduler scheduler) {
        return new SchedulerExecutor(Objects.requireNonNull(scheduler));
    }

    /**
     * Queues the command.
     *
     * @throws JobRejectedException if the queue is full or the scheduler closed
     */
    @Override
    public void execute(Runnable command) {
        scheduler.spawn(command);
    }
}
