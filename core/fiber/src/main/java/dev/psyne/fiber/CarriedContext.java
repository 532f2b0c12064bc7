package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What is bound where some of the scoped values are that a scheduler carries.
 *
 * @param bound which of them
 * @param carrier has their values
 */
record CarriedContext(@Nullable JobContext locals, long bound, ScopedValue.Carrier carrier) implements SpawnContext {
    @Override
    public void run(Runnable body) {
        carrier.run(() -> JobContext.run(locals, body));
    }

    @Override
    public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
        return carrier.<R, Exception>call(() -> JobContext.call(locals, body));
    }
}
