package dev.psyne.channel;

/** What a claim does while the ring has no room for it. */
public enum Policy {
    /** Waits: a platform thread sleeps after a short spin, a virtual thread or fiber gives its carrier away. */
    BLOCK,
    /** Throws {@link ChannelFullException}. */
    FAIL,
    /** Drops the message being sent and counts it; the claim is one whose commit goes nowhere. */
    DROP_NEWEST,
    /**
     * Overwrites the oldest message, whoever has not read it; in a broadcast alone. The writer never waits, and a receiver
     * that was overtaken is told how many messages it lost. With the other policies a broadcast's slowest receiver holds
     * the writer back.
     */
    DROP_OLDEST
}
