package dev.psyne.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A job that brings the node's meters up to date once a second, so that {@code psyne stat} reads what is, not what was asked last. */
final class MeterUpdates implements AutoCloseable {
    private static final long PERIOD_MILLIS = 1000;

    private final CountDownLatch closed = new CountDownLatch(1);

    /** Runs until this is closed. */
    void run(Runnable update) {
        try {
            do {
                update.run();
            } while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
