package dev.psyne.fiber;

/** How far a scheduler is on its way to its end. It only moves forward. */
enum Phase {
    /** Takes jobs from everyone. */
    RUNNING,
    /** Takes jobs only from its own jobs, and ends when all have run. */
    DRAINING,
    /** Takes no jobs, has dropped the queued ones and interrupted the rest, and ends when those have returned. */
    STOPPING
}
