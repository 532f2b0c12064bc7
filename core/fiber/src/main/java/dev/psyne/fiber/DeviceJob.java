package dev.psyne.fiber;

import dev.psyne.fiber.spi.DeviceQueue;
import java.time.Duration;
import java.util.Objects;

/**
 * A piece of work that a device does, awaited by jobs and threads: one that waits gives its worker away. The device may be
 * awaited by several threads, again and again.
 *
 * <p>The work is not cancelled by whoever stops waiting: after an interrupt or a timeout the device still reads and writes the
 * work's memory. Memory is given back only when {@link #isDone()} says so; {@link #awaitUninterruptibly()} is the wait for
 * code that gives it back next.
 *
 * <p>If the queue calls back, the callback's thread wakes those who wait. If it must be asked, each of them asks for itself,
 * and sleeps in between an eighth of the time that it has waited, 10 µs at least and 1 ms at most.
 *
 * <pre>{@code
 * DeviceJob product = DeviceJob.submit(queue, multiply);
 * prepareTheNext();
 * product.awaitUninterruptibly();
 * buffer.close();
 * }</pre>
 */
public abstract sealed class DeviceJob permits PolledDeviceJob, SignalledDeviceJob {
    DeviceJob() {}

    /**
     * Submits the work on the calling thread; returns when the queue has taken it.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the device's queue is full
     */
    public static <W> DeviceJob submit(DeviceQueue<W> queue, W work) {
        Objects.requireNonNull(work);
        return switch (queue) {
            case DeviceQueue.Polled<W> polled -> new PolledDeviceJob(polled.submit(work));
            case DeviceQueue.Signalled<W> signalled -> {
                SignalledDeviceJob job = new SignalledDeviceJob();
                signalled.submit(work, job.listener());
                yield job;
            }
        };
    }

    /** Whether the device has done the work or failed it, and so no longer touches its memory. */
    public abstract boolean isDone();

    /**
     * Waits until the device has done the work.
     *
     * @throws JobFailedException if the device failed; the cause is what the backend says
     * @throws AwaitInterruptedException if the thread is interrupted while it waits; the device goes on
     */
    public abstract void await();

    /**
     * As {@link #await()}, for so long at most (zero or less: only if it is done).
     *
     * @return whether the device has done the work
     */
    public abstract boolean await(Duration timeout);

    /**
     * As {@link #await()}, but an interrupt does not end the wait; the thread's interrupt status is set when this returns.
     *
     * @throws JobFailedException if the device failed; the cause is what the backend says
     */
    public final void awaitUninterruptibly() {
        Uninterruptibly.await(this::await);
    }
}
