package dev.psyne.channel;

/** What a claim does while the ring has no room for it. */
public enum Policy {
    /** Waits: a platform thread parks after a short spin, a virtual thread or fiber gives its carrier away. */
    BLOCK,
    /** Throws {@link ChannelFullException}. */
    FAIL
}
