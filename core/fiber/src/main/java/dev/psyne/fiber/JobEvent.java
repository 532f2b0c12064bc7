package dev.psyne.fiber;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A job from its begin to its end, its waits included.
 *
 * <p>As for each event here, {@link #PROBE} is what the JDK asks of a constant: the compiler folds its answer to false until
 * a recorder is started, and to a field read after that. No event is made while no recording wants it.
 */
@Name("dev.psyne.Job")
@Label("Job")
@Category("Psyne")
@Description("A job from its begin to its end, its waits included; the event's thread is the worker on which it ended")
@Enabled(false)
@StackTrace(false)
final class JobEvent extends Event {
    private static final JobEvent PROBE = new JobEvent();

    @Label("Job Class")
    @Nullable
    Class<?> job;

    @Label("Priority")
    @Description("Not known where the JDK's virtual threads run the jobs")
    @Nullable
    String priority;

    @Label("Taken From")
    @Description(
            "The worker's OWN queue, a SHARED one, STOLEN from another worker, or HELPED by a job that waits for it")
    @Nullable
    String taken;

    @Label("Fiber")
    @Description("The Java thread id of the fiber, or of the virtual thread, that ran it")
    long fiber;

    @Label("Queued Jobs")
    @Description("In the worker's own queue when the job began")
    int queued;

    static boolean isOn() {
        return PROBE.isEnabled();
    }

    /** The event of a job that now begins on a worker; null if no recording wants it. */
    static @Nullable JobEvent begun(Runnable job, Worker worker, boolean helped) {
        return isOn() ? begin(job, worker, helped) : null;
    }

    /** The event of a job that now begins on a virtual thread of the JDK; null if no recording wants it. */
    static @Nullable JobEvent begun(Runnable job) {
        return isOn() ? begin(job) : null;
    }

    /** The job has ended on a worker, which commits the event. */
    void ended(Worker worker) {
        end();
        worker.activity.commitLater(this);
    }

    /** The job has ended on a virtual thread of the JDK. */
    void ended() {
        end();
        commit();
    }

    private static JobEvent begin(Runnable job, Worker worker, boolean helped) {
        JobEvent event = begin(job);
        WorkerActivity activity = worker.activity;
        event.priority = (helped ? Priority.NORMAL : activity.priority()).name();
        event.taken = helped ? "HELPED" : activity.source().name();
        event.queued = worker.jobs.size();
        return event;
    }

    private static JobEvent begin(Runnable job) {
        JobEvent event = new JobEvent();
        event.job = typeOf(job);
        event.fiber = Thread.currentThread().threadId();
        event.begin();
        return event;
    }

    private static Class<?> typeOf(Runnable job) {
        return switch (job) {
            case CountedJob counted -> typeOf(counted.job());
            case CapturedJob captured -> typeOf(captured.job());
            case ForkedJob<?> fork -> fork.type();
            default -> job.getClass();
        };
    }
}
