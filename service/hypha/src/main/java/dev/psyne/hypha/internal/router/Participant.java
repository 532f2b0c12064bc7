package dev.psyne.hypha.internal.router;

import dev.psyne.hypha.User;

/** One who sends and receives frames: a client, or a part of this process. */
public interface Participant {
    Address address();

    User user();

    /** The fields that the router writes into every frame of this one. */
    TrustedFields trusted();

    /** The types of events that broadcasts are delivered for. */
    Subscriptions subscriptions();

    /**
     * Takes a frame for this one.
     *
     * @param frame shared with others; nobody changes it any more
     */
    void deliver(byte[] frame, Lane lane);

    /** Whether {@link #deliver} would neither wait nor do more than pass a frame on; it may be called on an event loop then. */
    boolean takesAtOnce();

    /** The largest frame it can read, in bytes. */
    int maxFrameBytes();

    /** How much it has to do: frames it was sent of late, for a choice among those that offer the same. */
    long load();

    /** What it has sent and been sent. */
    Traffic traffic();

    /** Bytes that wait for it. */
    long waitingBytes();

    /** Ends it, for a reason that it is told. */
    void close(int code, String reason);
}
