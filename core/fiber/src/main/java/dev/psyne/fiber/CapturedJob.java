package dev.psyne.fiber;

/** A job with what was bound where it was spawned. */
record CapturedJob(JobContext context, Runnable job) implements Runnable {
    @Override
    public void run() {
        JobContext.run(context, job);
    }
}
