package dev.psyne.fiber;

/** A job whose end, and whose failure, go to a counter; it never throws. */
record CountedJob(Counter counter, Runnable job) implements Counted {
    /** The carried values that are bound in it. */
    long bound() {
        return job instanceof CapturedJob captured ? captured.context().bound() : 0;
    }

    @Override
    public void run() {
        try {
            job.run();
        } catch (Throwable failure) {
            counter.finished(failure);
            return;
        }
        counter.finished(null);
    }

    @Override
    public void dropped(JobRejectedException why) {
        Runnable innermost = job instanceof CapturedJob captured ? captured.job() : job;
        if (innermost instanceof DroppableJob awaited) {
            awaited.dropped(why);
        }
        Counted.super.dropped(why);
    }
}
