package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelOptions;

/**
 * What a pair of processes does in a round.
 *
 * @param isRoundTrip whether each message is answered, or all are answered once
 * @param messageBytes bytes of every message, a multiple of 8
 * @param capacityBytes bytes of each direction's buffer, a power of two
 * @param blocks whether a receiver sleeps while there is nothing, instead of spinning
 * @param window the most messages that may come again after a receiver's death; the peers have no such thing
 */
record LinkTask(boolean isRoundTrip, int messageBytes, int capacityBytes, boolean blocks, int window) {
    /** With the window that channels have unless told otherwise. */
    LinkTask(boolean isRoundTrip, int messageBytes, int capacityBytes, boolean blocks) {
        this(
                isRoundTrip,
                messageBytes,
                capacityBytes,
                blocks,
                ChannelOptions.standard().window());
    }

    LinkRole leader() {
        return isRoundTrip ? LinkRole.PING : LinkRole.SEND;
    }

    LinkRole follower() {
        return isRoundTrip ? LinkRole.PONG : LinkRole.RECEIVE;
    }
}
