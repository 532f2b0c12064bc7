package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;

/** Looks into an end, for tests that must know that somebody sleeps. */
public final class RingPeek {
    private RingPeek() {}

    /** Whether it sleeps. */
    public static boolean isSleeping(Sender sender) {
        return sender instanceof RingEnd end && sleeps(end);
    }

    /** Whether it sleeps. */
    public static boolean isSleeping(Receiver receiver) {
        return receiver instanceof RingEnd end && sleeps(end);
    }

    private static boolean sleeps(RingEnd end) {
        long waiting = RingMemory.getVolatile(
                end.ring().waitingAddress(end.participant().side()));
        return (waiting & end.participant().bit()) != 0;
    }
}
