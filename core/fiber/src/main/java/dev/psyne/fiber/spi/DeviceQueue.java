package dev.psyne.fiber.spi;

/**
 * A queue of a device to which work is submitted and that tells when a piece of it has been done. A backend implements one
 * of the two kinds, whichever its driver offers; {@code dev.psyne.fiber.DeviceJob} does the waiting, for jobs and for threads.
 *
 * <p>{@code submit} is called by the thread that wants the work done, at once and without a lock, often a fiber: it must not
 * block, because a driver's call holds the worker, and it must be safe for several callers, whose pieces come in some order.
 * Memory that the work names is the submitter's again when the work is done or has failed, not before.
 *
 * @param <W> a piece of work as the backend takes it, such as a recorded command buffer
 */
public sealed interface DeviceQueue<W> {
    /**
     * A queue whose driver calls back: a host function of a CUDA stream, an OpenCL event callback.
     *
     * @param <W> a piece of work
     */
    non-sealed interface Signalled<W> extends DeviceQueue<W> {
        /**
         * Hands the work to the device and returns. The listener is told exactly once, even if the device is lost; that may
         * happen before this returns, and not at all if this throws.
         *
         * @throws java.util.concurrent.RejectedExecutionException if the queue is full; the work was not taken
         */
        void submit(W work, DeviceListener listener);
    }

    /**
     * A queue whose driver can only be asked: a Vulkan fence, a CUDA event.
     *
     * @param <W> a piece of work
     */
    non-sealed interface Polled<W> extends DeviceQueue<W> {
        /**
         * Hands the work to the device and returns what answers for it.
         *
         * @throws java.util.concurrent.RejectedExecutionException if the queue is full; the work was not taken
         */
        DevicePoll submit(W work);
    }
}
