package dev.psyne.bench.channel;

/**
 * What a ring in one process is asked to carry.
 *
 * @param producers threads that send
 * @param messageBytes bytes of every message, a multiple of 8
 * @param capacityBytes bytes of message bodies the ring holds, a power of two, the same for every contender
 */
record RingShape(int producers, int messageBytes, int capacityBytes) {
    /** Messages that fit, for contenders with slots. */
    int slots() {
        return capacityBytes / messageBytes;
    }

    Idle idle() {
        return new Idle(producers + 1);
    }
}
