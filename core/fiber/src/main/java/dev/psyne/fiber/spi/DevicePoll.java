package dev.psyne.fiber.spi;

/**
 * Answers for one piece of work. Asked by the threads that wait for it, by several at a time if several wait, each at first
 * after some ten microseconds and later more seldom. An answer must be quick and must not block, because the call holds the
 * worker of the fiber that asks.
 */
@FunctionalInterface
public interface DevicePoll {
    /**
     * Whether the device has done the work; if so, what it wrote is visible to the calling thread, and the answer stays.
     *
     * @throws RuntimeException if the device has failed the work or is lost; it no longer touches the work's memory, and
     *     every further question ends so too
     */
    boolean isDone();
}
