package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Fork} as it stands in a queue. It is small, because there is one for each node of a tree.
 */
final class ForkedJob<T extends @Nullable Object> extends Gate implements Fork<T>, DroppableJob {
    private static final VarHandle OUTCOME = FieldHandle.of(MethodHandles.lookup(), "outcome", Object.class);
    private static final Object NULL = new Object();

    /** How soon a waiter looks again whether it was missed, at first and at last. */
    private static final long FIRST_LOOK_NANOS = 1_000_000;

    private static final long LAST_LOOK_NANOS = 1_000_000_000;

    private final Callable<T> job;

    /** The job's value, {@link #NULL} or a {@link Failure}; null until it has ended. */
    private @Nullable Object outcome;

    private ForkedJob(Callable<T> job) {
        this.job = job;
    }

    /** A fork that has, wherever it runs, what {@code context} binds. */
    static <T extends @Nullable Object> ForkedJob<T> of(@Nullable SpawnContext context, Callable<T> job) {
        return new ForkedJob<>(CapturedCall.of(context, job));
    }

    /** What runs, for those who look on. */
    Class<?> type() {
        return job instanceof CapturedCall<T> captured ? captured.job().getClass() : job.getClass();
    }

    /** The carried values that are bound in it. */
    long bound() {
        return job instanceof CapturedCall<T> captured ? captured.context().bound() : 0;
    }

    @Override
    public void run() {
        end(outcome());
        VarHandle.fullFence();
        wake();
    }

    /**
     * Runs the job in its joiner's hands. There is no fence, since hardly ever does another wait: one that begins to in this
     * very instant may be missed, and looks again by itself.
     */
    void runJoined() {
        end(outcome());
        wake();
    }

    @Override
    public void dropped(JobRejectedException why) {
        end(new Failure(why));
        VarHandle.fullFence();
        wake();
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
            if (fiber == null || !fiber.runIfYoungest(this)) {
                park();
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
    String awaited() {
        return "a forked job";
    }

    private Object outcome() {
        try {
            T value = job.call();
            return value == null ? NULL : value;
        } catch (Throwable thrown) {
            return new Failure(thrown);
        }
    }

    private void end(Object came) {
        OUTCOME.setRelease(this, came);
    }

    private void wake() {
        if (hasWaiters()) {
            wakeAll();
        }
    }

    private void park() {
        long patience = FIRST_LOOK_NANOS;
        while (!park(true, System.nanoTime() + patience)) {
            patience = Math.min(LAST_LOOK_NANOS, 2 * patience);
        }
    }

    private record Failure(Throwable thrown) {}
}
