package dev.psyne.channel;

/** How many may write to and read from a channel, and who sees a message. */
public enum Topology {
    /** One sender, one receiver, messages of any size up to half the ring. */
    ONE_TO_ONE,
    /** Many senders, one receiver, messages of any size up to half the ring. */
    MANY_TO_ONE,
    /** One sender, many receivers, slots of a fixed size; each message goes to one receiver. */
    ONE_TO_MANY,
    /**
     * Many senders, many receivers, slots of a fixed size; each message goes to one receiver. Messages are handed out in the
     * order of their claims, except for one that a receiver died over: that comes again when others have gone ahead. A claim
     * that stays open holds up what is claimed behind it, and a handler that takes long holds the senders up once they have
     * come round to its slot.
     */
    MANY_TO_MANY,
    /**
     * One sender, many receivers, messages of any size up to half the ring; each message goes to every receiver there is. One
     * that joins starts at the newest end, and one that takes a dead one's place does too. Without any receiver messages go
     * nowhere, and a claim neither waits nor fails.
     */
    BROADCAST;

    /** Whether a message has a slot of a fixed size. */
    public boolean hasSlots() {
        return this == ONE_TO_MANY || this == MANY_TO_MANY;
    }

    /** Whether more than one may write. */
    public boolean hasManySenders() {
        return this == MANY_TO_ONE || this == MANY_TO_MANY;
    }

    /** Whether more than one may read. */
    public boolean hasManyReceivers() {
        return this != ONE_TO_ONE && this != MANY_TO_ONE;
    }
}
