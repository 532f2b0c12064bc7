package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.RecordLayout.PADDING;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.Policy;
import dev.psyne.platform.ProcessBarrier;
import java.lang.invoke.VarHandle;

/**
 * The one writer of a broadcast. A claim that is aborted, or dies with its writer, was never visible; whoever comes next
 * writes behind the tail and counts on.
 *
 * <p>A holding one writes no further than a ring beyond the slowest receiver it has seen, and looks for the slowest only when
 * it gets there. A receiver that joins meanwhile is safe though nobody told the writer: it says that it is there, fences, and
 * only then reads the tail to start from. If a look missed it, it starts at or behind the tail of that look, and the writer
 * goes at most a ring beyond that tail before it looks again.
 *
 * <p>A losing one waits for nobody. It says up to where it is going to write before it writes there, and never takes that
 * back, so that a receiver can tell whether what it has copied may have been written over.
 */
final class BroadcastSender extends RingSender {
    /** The figures are written this often a ring. */
    private static final int LOOKS = 8;

    private final BroadcastTail tail;
    private final long data;
    private final long capacity;
    private final boolean losing;
    private final long intentAddress;
    private final long position;
    private long end;
    private long sequence;
    private long slowest;
    private long intent;
    private long claimStart;
    private long claimEnd;

    BroadcastSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters, BroadcastLayout.maxMessageBytes(ring.shape().capacity()));
        this.tail = new BroadcastTail(ring);
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
        this.losing = ring.shape().losing();
        this.intentAddress = ring.address() + RingLayout.INTENT_AT;
        this.position = participant().address() + RingLayout.POSITION;
    }

    @Override
    void open() {
        tail.read();
        end = tail.position();
        sequence = tail.nextSequence();
        slowest = end - capacity;
        intent = RingMemory.getAcquire(intentAddress);
        if (intent < 0 || intent - end > capacity) {
            throw new ChannelDamagedException(uri(), "the intent", "is " + intent);
        }
        RingMemory.put(position, end);
    }

    @Override
    boolean tryClaim(int bytes) {
        long record = BroadcastLayout.recordBytes(bytes);
        long toEnd = capacity - (end & (capacity - 1));
        long start = toEnd < record ? end + toEnd : end;
        boolean isFree = losing ? start + record <= intent : start + record - slowest <= capacity;
        if (!isFree && !hasRoomNow(start + record)) {
            return false;
        }
        // What it writes must not be seen before what it means to write.
        VarHandle.storeStoreFence();
        claimStart = start;
        claimEnd = start + record;
        claimed(bytes);
        return true;
    }

    private boolean hasRoomNow(long upTo) {
        enter();
        try {
            if (losing) {
                intent = upTo;
                RingMemory.put(intentAddress, upTo);
                return true;
            }
            slowest = findSlowest();
            long fill = upTo - slowest;
            fill(fill);
            return fill <= capacity;
        } finally {
            exit();
        }
    }

    private long findSlowest() {
        ProcessBarrier.light();
        long least = end;
        for (Participant receiver : ring().participants(Side.RECEIVER)) {
            long gate = receiver.isOpen() ? RingMemory.getAcquire(receiver.address() + RingLayout.CLAIM_INTENT) : 0;
            if (gate == 0) {
                continue;
            }
            long read = gate - HoldingBroadcastReceiver.GATE;
            if (read < 0 || read > end) {
                throw new ChannelDamagedException(uri(), "the gate of receiver " + receiver.index(), "is " + gate);
            }
            least = Math.min(least, read);
        }
        return least;
    }

    @Override
    long claimedPlace() {
        return (claimStart & (capacity - 1)) + BroadcastLayout.HEADER_BYTES;
    }

    @Override
    void publish(int bytes) {
        if (claimStart != end) {
            RingMemory.put(data + (end & (capacity - 1)), RecordLayout.header(PADDING, 0));
        }
        long record = data + (claimStart & (capacity - 1));
        RingMemory.put(record, RecordLayout.header(COMMITTED, bytes));
        RingMemory.put(record + BroadcastLayout.SEQUENCE_AT, sequence);
        tail.move(sequence, claimStart, claimEnd);
        if ((claimEnd ^ end) >= capacity / LOOKS) {
            writeFigures();
        }
        end = claimEnd;
        sequence++;
        RingMemory.put(position, end);
    }

    @Override
    void giveBack() {}

    @Override
    void wakeReceivers() {
        ring().wakeAll(Side.RECEIVER);
    }
}
