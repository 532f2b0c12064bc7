package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A value that a job has from whoever spawned it: bound around a spawn, it is the same in the spawned job and in all that job
 * spawns, whether they run at once, later, on another worker, or on the stack of somebody who helps while he waits. A
 * {@link ThreadLocal} is the fiber's instead, and lives on in the next job of that fiber.
 *
 * <p>A binding is never changed, only hidden by another within it; any thread may ask and bind. Jobs hold what was bound
 * when they were spawned until they end.
 *
 * <pre>{@code
 * static final JobLocal<String> TENANT = JobLocal.withDefault("nobody");
 *
 * TENANT.run("acme", () -> scheduler.spawn(counter, () -> bill(TENANT.get())));
 * }</pre>
 *
 * @param <T> of the value
 */
public final class JobLocal<T> {
    private final T fallback;

    private JobLocal(T fallback) {
        this.fallback = fallback;
    }

    /** One whose value is {@code value} where none is bound. */
    public static <T> JobLocal<T> withDefault(T value) {
        return new JobLocal<>(Objects.requireNonNull(value));
    }

    /** The value bound innermost here, or where this job was spawned. */
    @SuppressWarnings("unchecked") // a binding is made in one place, with the key's own type
    public T get() {
        for (JobContext binding = JobContext.current(); binding != null; binding = binding.outer()) {
            if (binding.key() == this) {
                return (T) binding.value();
            }
        }
        return fallback;
    }

    /** Runs the body with the value bound. */
    public void run(T value, Runnable body) {
        JobContext.run(new JobContext(this, Objects.requireNonNull(value), JobContext.current()), body);
    }

    /**
     * Calls the body with the value bound.
     *
     * @throws Exception what the body throws
     */
    public <R extends @Nullable Object> R call(T value, Callable<R> body) throws Exception {
        return JobContext.call(new JobContext(this, Objects.requireNonNull(value), JobContext.current()), body);
    }
}
