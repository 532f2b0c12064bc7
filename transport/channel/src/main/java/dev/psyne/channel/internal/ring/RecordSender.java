package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.Policy;

/** The sender of a ring of variable messages: keeps up with the head. */
abstract class RecordSender extends RingSender {
    private final long capacity;
    private long headSeen;

    RecordSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters, RecordLayout.maxMessageBytes(ring.shape().capacity()));
        this.capacity = ring.shape().capacity();
    }

    /** Looks where the head is, and answers it. */
    final long follow() {
        headSeen = ring().head();
        return headSeen;
    }

    /** Whether the tail is still where it was when the claim under way looked; if not, the head may have passed that. */
    abstract boolean isTailStill();

    /** Whether the ring may be written up to a position. */
    final boolean hasRoom(long end) {
        return end - headSeen <= capacity || hasRoomNow(end);
    }

    private boolean hasRoomNow(long end) {
        enter();
        try {
            long fill = end - follow();
            if (fill < 0 && isTailStill()) {
                throw new ChannelDamagedException(uri(), "the head", "is " + headSeen + ", beyond what was written");
            }
            fill(fill);
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
