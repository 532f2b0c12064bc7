package dev.psyne.fiber;

/** A job that a counter counts. */
interface Counted extends DroppableJob {
    Counter counter();

    @Override
    default void dropped(JobRejectedException why) {
        counter().finished(why);
    }
}
