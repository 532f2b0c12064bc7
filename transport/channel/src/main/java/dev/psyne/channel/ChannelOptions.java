package dev.psyne.channel;

import java.util.Set;

/**
 * How a channel is made. Who opens a channel that exists must ask for what it was made with, except for the policy, which
 * is each sender's own unless one of the two is {@link Policy#DROP_OLDEST}.
 *
 * @param topology who may write and read
 * @param capacityBytes bytes of its ring, a power of two from {@value #MIN_CAPACITY_BYTES} to {@value #MAX_CAPACITY_BYTES};
 *     4 MiB is a good size for messages up to 64 KiB, 16 to 64 MiB for tensors
 * @param slotBytes bytes a message has room for in a ring of slots, a multiple of 8 up to an eighth of the capacity; 0 in
 *     the other topologies. A slot takes 16 bytes more, rounded up to a multiple of 64, and there are as many slots as the
 *     capacity holds, rounded down to a power of two: 112 or 4080 bytes leave no capacity unused, 128 or 4096 nearly half
 * @param policy what a claim does while the ring is full
 * @param window the most messages that may come again after a receiver has died without a word, 1 to {@value #MAX_WINDOW};
 *     a small window costs the receiver a store into a shared cache line that much oftener. In one process nothing comes
 *     again, and the window is without effect. From a ring of slots one comes
 *     again for each receiver that died, whatever the window, and from a broadcast none
 * @param maxSenders the most senders at a time, 1 to {@value #MAX_PARTICIPANTS}, 1 where the topology has one
 * @param maxReceivers the most receivers at a time, 1 to {@value #MAX_PARTICIPANTS}, 1 where the topology has one
 */
public record ChannelOptions(
        Topology topology,
        long capacityBytes,
        int slotBytes,
        Policy policy,
        int window,
        int maxSenders,
        int maxReceivers) {
    /** The smallest ring in bytes. */
    public static final long MIN_CAPACITY_BYTES = 1 << 10;

    /** The largest ring in bytes. */
    public static final long MAX_CAPACITY_BYTES = 1 << 30;

    /** The largest window in messages. */
    public static final int MAX_WINDOW = 1 << 16;

    /** The most senders, and the most receivers, of one channel. */
    public static final int MAX_PARTICIPANTS = 62;

    private static final long STANDARD_CAPACITY_BYTES = 4 << 20;
    private static final int STANDARD_SLOT_BYTES = 4096;
    private static final int STANDARD_WINDOW = 256;
    private static final int STANDARD_PARTICIPANTS = 16;
    private static final int MIN_SLOTS = 8;

    /** Checks the bounds. */
    public ChannelOptions {
        if (capacityBytes < MIN_CAPACITY_BYTES
                || capacityBytes > MAX_CAPACITY_BYTES
                || Long.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("capacityBytes is " + capacityBytes + "; it must be a power of two from "
                    + MIN_CAPACITY_BYTES + " to " + MAX_CAPACITY_BYTES);
        }
        checkSlotBytes(topology, slotBytes, capacityBytes);
        checkRange("window", window, MAX_WINDOW);
        checkRange("maxSenders", maxSenders, topology.hasManySenders() ? MAX_PARTICIPANTS : 1);
        checkRange("maxReceivers", maxReceivers, topology.hasManyReceivers() ? MAX_PARTICIPANTS : 1);
        if (policy == Policy.DROP_OLDEST && topology != Topology.BROADCAST) {
            throw new IllegalArgumentException(
                    "policy is DROP_OLDEST; that is for a BROADCAST, and this is a " + topology + " channel");
        }
    }

    /** One to one, a ring of 4 MiB, claims that wait, a window of 256. */
    public static ChannelOptions standard() {
        return of(Topology.ONE_TO_ONE);
    }

    /** A ring of 4 MiB for that topology, with slots of 4 KiB where it has slots, and 16 participants where it has many. */
    public static ChannelOptions of(Topology topology) {
        return new ChannelOptions(
                topology,
                STANDARD_CAPACITY_BYTES,
                topology.hasSlots() ? STANDARD_SLOT_BYTES : 0,
                Policy.BLOCK,
                STANDARD_WINDOW,
                topology.hasManySenders() ? STANDARD_PARTICIPANTS : 1,
                topology.hasManyReceivers() ? STANDARD_PARTICIPANTS : 1);
    }

    /** The same with another size. */
    public ChannelOptions withCapacityBytes(long bytes) {
        return new ChannelOptions(topology, bytes, slotBytes, policy, window, maxSenders, maxReceivers);
    }

    /** The same with slots of another size. */
    public ChannelOptions withSlotBytes(int bytes) {
        return new ChannelOptions(topology, capacityBytes, bytes, policy, window, maxSenders, maxReceivers);
    }

    /** The same with another policy. */
    public ChannelOptions withPolicy(Policy other) {
        return new ChannelOptions(topology, capacityBytes, slotBytes, other, window, maxSenders, maxReceivers);
    }

    /** The same with another window. */
    public ChannelOptions withWindow(int messages) {
        return new ChannelOptions(topology, capacityBytes, slotBytes, policy, messages, maxSenders, maxReceivers);
    }

    /** The same for other numbers of participants. */
    public ChannelOptions withParticipants(int senders, int receivers) {
        return new ChannelOptions(topology, capacityBytes, slotBytes, policy, window, senders, receivers);
    }

    /** Checks that a pattern can run over it, and answers this. */
    ChannelOptions requireFor(String pattern, Set<Topology> topologies) {
        if (!topologies.contains(topology)) {
            throw new IllegalArgumentException("topology is " + topology + "; " + pattern + " runs over " + topologies);
        }
        return this;
    }

    private static void checkSlotBytes(Topology topology, int slotBytes, long capacityBytes) {
        if (!topology.hasSlots()) {
            if (slotBytes != 0) {
                throw new IllegalArgumentException(
                        "slotBytes is " + slotBytes + "; a " + topology + " channel has no slots, it must be 0");
            }
            return;
        }
        if (slotBytes < Long.BYTES || slotBytes % Long.BYTES != 0 || slotBytes > capacityBytes / MIN_SLOTS) {
            throw new IllegalArgumentException("slotBytes is " + slotBytes + "; it must be a multiple of 8 from 8 to "
                    + capacityBytes / MIN_SLOTS + ", an eighth of the capacity");
        }
    }

    private static void checkRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it may be 1 to " + most);
        }
    }
}
