package dev.psyne.bench.channel;

/**
 * What a pair of processes does in a round.
 *
 * @param isRoundTrip whether each message is answered, or all are answered once
 * @param messageBytes bytes of every message, a multiple of 8
 * @param capacityBytes bytes of each direction's buffer, a power of two
 * @param blocks whether a receiver sleeps while there is nothing, instead of spinning
 */
record LinkTask(boolean isRoundTrip, int messageBytes, int capacityBytes, boolean blocks) {
    LinkRole leader() {
        return isRoundTrip ? LinkRole.PING : LinkRole.SEND;
    }

    LinkRole follower() {
        return isRoundTrip ? LinkRole.PONG : LinkRole.RECEIVE;
    }
}
