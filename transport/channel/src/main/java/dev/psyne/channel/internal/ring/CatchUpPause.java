package dev.psyne.channel.internal.ring;

/**
 * Keeps a receiver that is faster than its sender at a distance. If it looks for each message while that is being written,
 * the two take the same cache lines from each other again and again, and both become several times slower; if it pauses
 * whenever it has caught up, it finds a burst of messages that are complete.
 *
 * <p>Whether there is such a stream is found out by a pause now and then: many messages after it, and there is one more at
 * the next catching up; few, and there is none. A burst that takes up much of the ring makes the pause shorter: the sender
 * must never wait for room. Messages that come one at a time, each answered before the next, are never delayed. One thread.
 */
final class CatchUpPause {
    private static final int TRIAL_MASK = 0x3F;
    private static final int FEWEST_OF_A_STREAM = 16;
    private static final long FIRST_NANOS = 1_000;
    private static final long MOST_NANOS = 4_000;
    private static final int PARTS_OF_A_RING = 8;

    private final long mostBytes;
    private int burst;
    private long bytesBefore;
    private int trials;
    private boolean isDue;
    private long nanos;
    private long caughtUpAt;

    /** In a ring of so many bytes. */
    CatchUpPause(long capacity) {
        this.mostBytes = capacity / PARTS_OF_A_RING;
    }

    /** Before a look for messages: pauses if it is time to. */
    void beforeLook() {
        if (isDue) {
            pause();
        }
    }

    /** How long the next pause is, in nanoseconds; 0 if there is none. */
    long nanos() {
        return nanos;
    }

    /** So many were found by a look. */
    void found(int messages) {
        burst += messages;
    }

    /**
     * The last look has found no further message.
     *
     * @param bytes of all messages ever found
     */
    void caughtUp(long bytes) {
        nanos = nextNanos(bytes - bytesBefore);
        bytesBefore = bytes;
        burst = 0;
        if (nanos != 0) {
            isDue = true;
            caughtUpAt = System.nanoTime();
        }
    }

    private long nextNanos(long bytes) {
        if (nanos == 0) {
            return burst > 1 && (++trials & TRIAL_MASK) == 0 ? FIRST_NANOS : 0;
        }
        if (bytes > mostBytes) {
            return nanos / 2 < FIRST_NANOS ? 0 : nanos / 2;
        }
        return burst >= FEWEST_OF_A_STREAM ? Math.min(2 * nanos, MOST_NANOS) : 0;
    }

    private void pause() {
        isDue = false;
        if (System.nanoTime() - caughtUpAt >= nanos) {
            // The thread had other things to do, and keeps its distance by that.
            nanos = 0;
        }
        while (System.nanoTime() - caughtUpAt < nanos) {
            Thread.onSpinWait();
        }
    }
}
