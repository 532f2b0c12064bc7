package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.RecordLayout.HEADER_BYTES;
import static dev.psyne.channel.internal.ring.RecordLayout.NOTHING;
import static dev.psyne.channel.internal.ring.RecordLayout.PADDING;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.Policy;

/**
 * Writes where nobody else does. The header of a record is its commit flag: the receiver looks at the word after the last
 * record it read, and no other cache line moves between the two. That word must read as nothing until it is written, so the
 * header after a record is cleared before the record is committed, which takes 8 bytes of room more than the record.
 *
 * <p>Nobody publishes the tail; who takes over from a dead sender walks there from the head. What the dead had claimed was
 * never visible.
 */
final class OneToOneSender extends RecordSender {
    private final long data;
    private final long capacity;
    private final long position;
    private long tail;
    private long claimStart;
    private long claimEnd;

    OneToOneSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters);
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
        this.position = participant().address() + RingLayout.POSITION;
    }

    @Override
    void open() {
        tail = findTail(follow());
        RingMemory.put(position, tail);
    }

    private long findTail(long head) {
        long walked = head;
        while (walked - head < capacity) {
            long place = walked & (capacity - 1);
            long header = RingMemory.getAcquire(data + place);
            int length = RecordLayout.length(header);
            long record = RecordLayout.recordBytes(length);
            switch (RecordLayout.state(header)) {
                case NOTHING -> {
                    return walked;
                }
                case COMMITTED -> {
                    if (length < 0 || place + record > capacity) {
                        throw new ChannelDamagedException(uri(), "the length at " + place, "is " + length);
                    }
                    walked += record;
                }
                case PADDING -> walked += capacity - place;
                default ->
                    throw new ChannelDamagedException(
                            uri(), "the state at " + place, "is " + RecordLayout.state(header));
            }
        }
        throw new ChannelDamagedException(uri(), "the data", "has no end behind head " + head);
    }

    @Override
    boolean isTailStill() {
        return true;
    }

    @Override
    boolean tryClaim(int bytes) {
        long record = RecordLayout.recordBytes(bytes);
        long place = tail & (capacity - 1);
        long toEnd = capacity - place;
        boolean wraps = toEnd < record;
        long end = tail + record + (wraps ? toEnd : 0);
        if (!hasRoom(end + HEADER_BYTES)) {
            return false;
        }
        claimStart = wraps ? 0 : place;
        claimEnd = end;
        claimed(bytes);
        return true;
    }

    @Override
    long claimedPlace() {
        return claimStart + HEADER_BYTES;
    }

    @Override
    void publish(int bytes) {
        long place = tail & (capacity - 1);
        RingMemory.put(data + (claimEnd & (capacity - 1)), NOTHING);
        if (claimStart != place) {
            RingMemory.put(data + claimStart, RecordLayout.header(COMMITTED, bytes));
            RingMemory.putRelease(data + place, RecordLayout.header(PADDING, 0));
        } else {
            RingMemory.putRelease(data + place, RecordLayout.header(COMMITTED, bytes));
        }
        tail = claimEnd;
        RingMemory.put(position, tail);
    }

    @Override
    void giveBack() {}
}
