package dev.psyne.bench.channel;

import java.nio.file.Path;

/**
 * What a pair of rings between processes is asked to carry, and from which side.
 *
 * @param role what this side does
 * @param folder an empty folder of shared memory both sides meet in
 * @param messageBytes bytes of every message, a multiple of 8
 * @param capacityBytes bytes of each direction's buffer, a power of two, the same for every contender
 * @param blocks whether a receiver sleeps while there is nothing, instead of spinning
 * @param window the most messages that may come again after a receiver's death; the peers have no such thing
 */
record LinkShape(LinkRole role, Path folder, int messageBytes, int capacityBytes, boolean blocks, int window) {
    private static final long PAUSE_NANOS = 200_000;

    /** How long a side waits before it sends to one that blocks: so long that nobody still spins. The same as in {@code ring.c}. */
    long pauseNanos() {
        return blocks ? PAUSE_NANOS : 0;
    }

    /** Whether this side is up first and answers. */
    boolean isFollower() {
        return role == LinkRole.PONG || role == LinkRole.RECEIVE;
    }
}
