package dev.psyne.fiber;

/** From where a worker took a job. */
enum JobSource {
    /** The worker's own queue. */
    OWN,
    /** A queue, or an open loop, that all workers share. */
    SHARED,
    /** Another worker's queue. */
    STOLEN
}
