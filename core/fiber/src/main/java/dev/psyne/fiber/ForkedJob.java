package dev.psyne.fiber;

import dev.psyne.platform.ProcessBarrier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Fork} as it stands in a queue. It is small, because there is one for each node of a tree, and its end has the light
 * half of the fence, because most end in their own joiner's hands.
 */
final class ForkedJob<T extends @Nullable Object> extends Gate implements Fork<T>, DroppableJob {
    private static final VarHandle OUTCOME = FieldHandle.of(MethodHandles.lookup(), "outcome", Object.class);
    private static final Object NULL = new Object();

    private final Callable<T> job;

    /** The job's value, {@link #NULL} or a {@link Failure}; null until it has ended. */
    private @Nullable Object outcome;

    private ForkedJob(Callable<T> job) {
        this.job = job;
    }

    /** A fork that has, wherever it runs, what {@code context} binds. */
    static <T extends @Nullable Object> ForkedJob<T> of(@Nullable JobContext context, Callable<T> job) {
        return new ForkedJob<>(context == null ? job : () -> JobContext.call(context, job));
    }

    /** What runs, for those who look on. */
    Class<?> type() {
        return job.getClass();
    }

    @Override
    public void run() {
        Object came;
        try {
            T value = job.call();
            came = value == null ? NULL : value;
        } catch (Throwable thrown) {
            came = new Failure(thrown);
        }
        end(came);
    }

    @Override
    public void dropped(JobRejectedException why) {
        end(new Failure(why));
    }

    @Override
    public boolean isDone() {
        return isOpen();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the outcome is a T, or stands for a null that T allows
    public T join() {
        Object came = OUTCOME.getAcquire(this);
        if (came == null) {
            LoopFiber fiber = LoopFiber.current();
            if (fiber != null && fiber.takeIfYoungest(this)) {
                fiber.runTaken(this);
            } else {
                park(false, 0);
            }
            came = OUTCOME.getAcquire(this);
        }
        if (came instanceof Failure failed) {
            throw new JobFailedException(failed.thrown());
        }
        return came == NULL ? null : (T) came;
    }

    @Override
    boolean isOpen() {
        return OUTCOME.getAcquire(this) != null;
    }

    @Override
    void entered() {
        ProcessBarrier.heavy();
    }

    @Override
    String awaited() {
        return "a forked job";
    }

    private void end(Object came) {
        OUTCOME.setRelease(this, came);
        ProcessBarrier.light();
        if (hasWaiters()) {
            wakeAll();
        }
    }

    private record Failure(Throwable thrown) {}
}
