package dev.psyne.fiber;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a job has from its spawner wherever it runs: {@link JobLocal}s, and the scoped values that its scheduler carries. */
sealed interface SpawnContext permits JobContext, CarriedContext {
    /** What a job has that is spawned by the caller, which is that fiber, or none; null if nothing is bound. */
    static @Nullable SpawnContext capture(@Nullable LoopFiber caller, @Nullable CarriedValues carried) {
        JobContext locals = JobContext.current(caller);
        return carried == null ? locals : carried.capture(locals);
    }

    /** Runs the body with what is bound here, and with no other {@link JobLocal}. */
    void run(Runnable body);

    /** As {@link #run}, with a result. */
    <R extends @Nullable Object> R call(Callable<R> body) throws Exception;

    /** The carried values that are bound here, as {@link CarriedValues#bound} tells them. */
    long bound();
}
