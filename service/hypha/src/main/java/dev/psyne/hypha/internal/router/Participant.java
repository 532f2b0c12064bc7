package dev.psyne.hypha.internal.router;

import dev.psyne.hypha.User;

/** One who sends and receives frames: a client, or a part of this process. */
public interface Participant {
    /** Who it is, the same from its coming to its end. */
    Membership membership();

    default Address address() {
        return membership().address();
    }

    default User user() {
        return membership().user();
    }

    default TrustedFields trusted() {
        return membership().trusted();
    }

    default Subscriptions subscriptions() {
        return membership().subscriptions();
    }

    default Traffic traffic() {
        return membership().traffic();
    }

    /**
     * Takes a frame for this one.
     *
     * @param frame asked during this call alone
     */
    void deliver(OutgoingFrame frame, Lane lane);

    /** Whether {@link #deliver} would neither wait nor do more than pass a frame on; it may be called on an event loop then. */
    boolean takesAtOnce();

    /** The largest frame it can read, in bytes. */
    int maxFrameBytes();

    /** How much it has to do: frames it was sent of late, for a choice among those that offer the same. */
    long load();

    /** Bytes that wait for it. */
    long waitingBytes();

    /** Ends it, for a reason that it is told. */
    void close(int code, String reason);
}
