package dev.psyne.fiber;

/**
 * Which queued job begins first. Of any 64 jobs that a worker begins at least one is of each priority that has jobs queued,
 * so that none starves. A job that has begun is not interrupted for one of a higher priority.
 */
public enum Priority {
    /** Before all others, and a sleeping worker is woken for it even if another already looks for work. */
    CRITICAL,
    /** Before the normal ones. */
    HIGH,
    /** What a job has unless it is said otherwise. */
    NORMAL,
    /** When there is nothing else. */
    LOW
}
