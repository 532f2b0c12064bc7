package dev.psyne.fiber;

/**
 * The thread was interrupted while it waited for a counter, by its owner or by {@link Scheduler#close()}. The thread's
 * interrupt status is still set, so the waits that follow end at once too.
 */
public final class AwaitInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AwaitInterruptedException(String message) {
        super(message);
    }
}
