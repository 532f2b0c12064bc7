package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.Policy;

/** The sender of a ring of variable messages: keeps up with the head, and remembers the highest fill it has seen. */
abstract class RecordSender extends RingSender {
    private final long highWaterAddress;
    private final long capacity;
    private long highWater;
    private long headSeen;

    RecordSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters, RecordLayout.maxMessageBytes(ring.shape().capacity()));
        this.highWaterAddress = participant().address() + RingLayout.HIGH_WATER;
        this.capacity = ring.shape().capacity();
    }

    /** Looks where the head is, and answers it. */
    final long follow() {
        headSeen = ring().head();
        return headSeen;
    }

    /** Whether the ring may be written up to a position. */
    final boolean hasRoom(long end) {
        return end - headSeen <= capacity || hasRoomNow(end);
    }

    private boolean hasRoomNow(long end) {
        enter();
        try {
            long fill = end - follow();
            if (fill < 0) {
                throw new ChannelDamagedException(uri(), "the head", "is " + headSeen + ", beyond what was written");
            }
            if (fill > highWater) {
                highWater = Math.min(fill, capacity);
                RingMemory.put(highWaterAddress, highWater);
                meters().filled(highWater);
            }
            writeFigures();
            return fill <= capacity;
        } finally {
            exit();
        }
    }

    @Override
    final void wakeReceivers() {
        ring().wakeAll(Side.RECEIVER);
    }
}
