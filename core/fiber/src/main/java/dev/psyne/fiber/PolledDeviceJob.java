package dev.psyne.fiber;

import dev.psyne.fiber.spi.DevicePoll;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Work whose end whoever waits has to ask for. */
final class PolledDeviceJob extends DeviceJob {
    /** Shorter sleeps of a fiber cost more than they bring: the timer and the switch take some microseconds. */
    private static final long SHORTEST_SLEEP_NANOS = 10_000;

    private static final long LONGEST_SLEEP_NANOS = 1_000_000;

    private final DevicePoll poll;

    PolledDeviceJob(DevicePoll poll) {
        this.poll = poll;
    }

    @Override
    public boolean isDone() {
        try {
            return poll.isDone();
        } catch (RuntimeException failed) {
            return true;
        }
    }

    @Override
    public void await() {
        await(Long.MAX_VALUE);
    }

    @Override
    public boolean await(Duration timeout) {
        return await(TimeUnit.NANOSECONDS.convert(timeout));
    }

    private boolean await(long nanos) {
        long start = System.nanoTime();
        boolean done = ask();
        long left = nanos;
        while (!done && left > 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AwaitInterruptedException("interrupted while waiting for a device");
            }
            long waited = System.nanoTime() - start;
            LockSupport.parkNanos(
                    this, Math.min(left, Math.clamp(waited / 8, SHORTEST_SLEEP_NANOS, LONGEST_SLEEP_NANOS)));
            done = ask();
            left = nanos - (System.nanoTime() - start);
        }
        return done;
    }

    private boolean ask() {
        try {
            return poll.isDone();
        } catch (RuntimeException failed) {
            throw new JobFailedException(failed);
        }
    }
}
