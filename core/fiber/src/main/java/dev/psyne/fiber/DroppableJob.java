package dev.psyne.fiber;

/** A job somebody may wait for, who must be told if it never runs. */
interface DroppableJob extends Runnable {
    /** Called in place of {@link #run}, once, by the scheduler's close. */
    void dropped(JobRejectedException why);
}
