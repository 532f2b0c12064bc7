package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.ABORTED;
import static dev.psyne.channel.internal.ring.RecordLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.RecordLayout.HEADER_BYTES;
import static dev.psyne.channel.internal.ring.RecordLayout.PADDING;

import dev.psyne.channel.Policy;

/** One of many that write: claims with {@link SharedTail}, then writes and commits without regard to the others. */
final class ManyToOneSender extends RecordSender {
    /** Turns another sender is given to finish moving the tail before it is helped. */
    private static final int PATIENCE = 64;

    private final SharedTail tail;
    private final long capacity;
    private final int number;
    private final long intent;
    private final long intentBytes;
    private final long position;
    private long tailSeen;
    private long claimStart;
    private long claimBytes;

    ManyToOneSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters);
        this.tail = new SharedTail(ring);
        this.capacity = ring.shape().capacity();
        this.number = participant().index() + 1;
        this.intent = participant().address() + RingLayout.CLAIM_INTENT;
        this.intentBytes = participant().address() + RingLayout.CLAIM_INTENT_BYTES;
        this.position = participant().address() + RingLayout.POSITION;
    }

    @Override
    void open() {
        follow();
    }

    @Override
    boolean tryClaim(int bytes) {
        enter();
        try {
            return tryClaimInTurn(bytes);
        } finally {
            exit();
        }
    }

    @Override
    boolean isTailStill() {
        return tail.get() == tailSeen;
    }

    private boolean tryClaimInTurn(int bytes) {
        long record = RecordLayout.recordBytes(bytes);
        int turns = 0;
        while (true) {
            long seen = tail.get();
            if (SharedTail.owner(seen) != 0) {
                if (++turns > PATIENCE) {
                    tail.help(seen);
                } else {
                    Thread.onSpinWait();
                }
                continue;
            }
            tailSeen = seen;
            long start = SharedTail.position(seen);
            long toEnd = capacity - (start & (capacity - 1));
            long claim = record + (toEnd < record ? toEnd : 0);
            if (!hasRoom(start + claim)) {
                return false;
            }
            RingMemory.put(intent, start);
            RingMemory.put(intentBytes, claim);
            if (tail.take(seen, number)) {
                tail.move(seen | number, claim);
                claimStart = start;
                claimBytes = claim;
                claimed(bytes);
                return true;
            }
        }
    }

    @Override
    long claimedPlace() {
        long place = claimStart & (capacity - 1);
        return (place + claimBytes > capacity ? 0 : place) + HEADER_BYTES;
    }

    @Override
    void publish(int bytes) {
        long place = claimStart & (capacity - 1);
        if (place + claimBytes > capacity) {
            RingMemory.put(tail.headerAddress(0), RecordLayout.header(COMMITTED, bytes));
            RingMemory.putRelease(tail.headerAddress(place), tail.header(PADDING, 0, number, claimStart));
        } else {
            RingMemory.putRelease(tail.headerAddress(place), tail.header(COMMITTED, bytes, number, claimStart));
        }
        RingMemory.put(position, claimStart + claimBytes);
    }

    /** Others may have claimed behind it already: the room is passed over by the receiver. */
    @Override
    void giveBack() {
        RingMemory.putRelease(tail.headerAddress(claimStart), tail.header(ABORTED, claimBytes, number, claimStart));
        ring().wakeAll(Side.RECEIVER);
    }
}
