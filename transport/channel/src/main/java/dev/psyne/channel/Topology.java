package dev.psyne.channel;

/** How many may write to and read from a channel, and who sees a message. */
public enum Topology {
    /** One sender, one receiver, messages of any size up to half the ring. */
    ONE_TO_ONE,
    /** Many senders, one receiver, messages of any size up to half the ring. */
    MANY_TO_ONE,
    /** One sender, many receivers, slots of a fixed size; each message goes to one receiver. */
    ONE_TO_MANY,
    /** Many senders, many receivers, slots of a fixed size; each message goes to one receiver. */
    MANY_TO_MANY,
    /** One sender, many receivers, messages of any size up to half the ring; each message goes to every receiver. */
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
