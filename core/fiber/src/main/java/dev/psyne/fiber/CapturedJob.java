package dev.psyne.fiber;

import org.jspecify.annotations.Nullable;

/** A job with what was bound where it was spawned. */
record CapturedJob(SpawnContext context, Runnable job) implements Runnable {
    /** The job as it is spawned where {@code context} is bound. */
    static Runnable of(@Nullable SpawnContext context, Runnable job) {
        return context == null ? job : new CapturedJob(context, job);
    }

    @Override
    public void run() {
        context.run(job);
    }
}
