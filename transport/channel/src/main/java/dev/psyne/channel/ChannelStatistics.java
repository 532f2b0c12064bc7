package dev.psyne.channel;

import java.util.List;

/**
 * The figures of an {@code ipc:} channel as they stand in its region, read without taking part. Senders write theirs when
 * the ring is looked at for room and whenever a receiver sleeps, receivers when they find the ring empty; a channel at rest
 * is exact but for what a sender wrote since its last look while its receiver spun.
 *
 * @param name what stands behind {@code ipc:}
 * @param topology who may write and read
 * @param capacityBytes bytes of the ring
 * @param depthBytes bytes written and not yet given back, with headers and padding
 * @param highWaterBytes the highest depth a sender has seen
 * @param sent messages committed
 * @param received messages handled
 * @param receivedBytes bytes of the messages handled
 * @param senderWaits claims that had to wait for room
 * @param receiverWaits receives that had to wait for a message
 * @param lost messages dropped when the ring was full, or missed by slow receivers of a broadcast
 * @param participants who is there, the dead that nobody has buried yet among them
 */
public record ChannelStatistics(
        String name,
        Topology topology,
        long capacityBytes,
        long depthBytes,
        long highWaterBytes,
        long sent,
        long received,
        long receivedBytes,
        long senderWaits,
        long receiverWaits,
        long lost,
        List<Member> participants) {

    /**
     * A sender or receiver.
     *
     * @param isSender which of the two
     * @param process the number of its process, as that process knows it
     * @param isAlive whether the process lives
     */
    public record Member(boolean isSender, long process, boolean isAlive) {}
}
