package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What {@link JobLocal}s are bound to, innermost first. A fiber holds its job's in a field, any other thread in a thread
 * local.
 */
record JobContext(JobLocal<?> key, Object value, @Nullable JobContext outer) implements SpawnContext {
    private static final ThreadLocal<@Nullable JobContext> OF_OTHERS = new ThreadLocal<>();

    /** What is bound in the calling job or thread; null if nothing is. */
    static @Nullable JobContext current() {
        return current(LoopFiber.current());
    }

    /** What is bound in the caller, which is that fiber, or none. */
    static @Nullable JobContext current(@Nullable LoopFiber caller) {
        return caller != null ? caller.context() : OF_OTHERS.get();
    }

    @Override
    public void run(Runnable body) {
        run(this, body);
    }

    @Override
    public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
        return call(this, body);
    }

    @Override
    public long bound() {
        return 0;
    }

    static void run(@Nullable JobContext context, Runnable body) {
        JobContext before = current();
        set(context);
        try {
            body.run();
        } finally {
            set(before);
        }
    }

    static <R extends @Nullable Object> R call(@Nullable JobContext context, Callable<R> body) throws Exception {
        JobContext before = current();
        set(context);
        try {
            return body.call();
        } finally {
            set(before);
        }
    }

    private static void set(@Nullable JobContext context) {
        LoopFiber fiber = LoopFiber.current();
        if (fiber != null) {
            fiber.bind(context);
        } else if (context == null) {
            OF_OTHERS.remove();
        } else {
            OF_OTHERS.set(context);
        }
    }
}
