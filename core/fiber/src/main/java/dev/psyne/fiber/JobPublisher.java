package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * A {@link Flow.Publisher} fed by a job: each subscription spawns one, which writes items as fast as they are asked for and
 * otherwise waits without holding a worker. So a publisher without subscribers does nothing, and two subscribers get the
 * items of two jobs.
 *
 * <p>All signals after {@code onSubscribe}, which is called in {@code subscribe}, come from the job's fiber, one after
 * another. What the job throws goes to {@code onError}; after a cancel, and if it is the subscriber itself that throws (which
 * counts as a cancel), it goes to the scheduler's uncaught exception handler, as the cause of a {@link JobFailedException}. If
 * the scheduler takes no job, or {@link Scheduler#close()} drops it before it began, that is {@code onError} too, with the {@link JobRejectedException}.
 * The rules are those of Reactive Streams 1.0.4, in Java's {@link Flow}.
 *
 * <pre>{@code
 * Flow.Publisher<String> lines = JobPublisher.of(scheduler, writer -> {
 *     try (BufferedReader file = Files.newBufferedReader(path)) {
 *         for (String line = file.readLine(); line != null; line = file.readLine()) {
 *             writer.write(line);
 *         }
 *     }
 * });
 * }</pre>
 */
public final class JobPublisher<T> implements Flow.Publisher<T> {
    private final Scheduler scheduler;
    private final FlowJob<T> job;

    private JobPublisher(Scheduler scheduler, FlowJob<T> job) {
        this.scheduler = scheduler;
        this.job = job;
    }

    /** A publisher whose subscriptions each run {@code job} on {@code scheduler}. */
    public static <T> JobPublisher<T> of(Scheduler scheduler, FlowJob<T> job) {
        return new JobPublisher<>(Objects.requireNonNull(scheduler), Objects.requireNonNull(job));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        JobSubscription<T> subscription = new JobSubscription<>(job, Objects.requireNonNull(subscriber));
        subscriber.onSubscribe(subscription);
        try {
            scheduler.spawn(subscription);
        } catch (JobRejectedException rejected) {
            subscription.dropped(rejected);
        }
    }
}
