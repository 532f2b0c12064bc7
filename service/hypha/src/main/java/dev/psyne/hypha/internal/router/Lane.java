package dev.psyne.hypha.internal.router;

/**
 * Who goes first where frames wait. Frames of one lane keep their order; those of another lane may pass them, so a lane
 * holds only what may be passed or may pass.
 */
public enum Lane {
    /** Signs of life. */
    CONTROL,
    /** Calls, answers and events, in the order in which they were sent. */
    CALLS,
    /** Pieces of long messages: each is numbered, and its sender waits for the last before it goes on. */
    BULK
}
