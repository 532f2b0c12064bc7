package dev.psyne.channel;

import static dev.psyne.channel.RingLayout.HEAD_OFFSET;
import static dev.psyne.channel.RingLayout.POSITION;
import static dev.psyne.channel.RingLayout.TAIL_OFFSET;

import java.lang.foreign.MemorySegment;

/** The sender's half of a ring: finds room for one record at a time and publishes it. One thread at a time. */
final class RingWriter {
    private static final int TAIL = 0;
    private static final int HEAD_SEEN = 1;
    private static final int CLAIMED_PLACE = 2;
    private static final int CLAIMED_BYTES = 3;
    private static final int WORDS = 4;
    private static final int NONE = -1;

    private final MemorySegment ring;
    private final long capacity;
    private final OwnLine own = new OwnLine(WORDS);

    RingWriter(MemorySegment ring, long capacity) {
        this.ring = ring;
        this.capacity = capacity;
        own.set(CLAIMED_BYTES, NONE);
    }

    boolean isClaimed() {
        return own.get(CLAIMED_BYTES) != NONE;
    }

    /** Claims room for a message of that size if there is some. Changes nothing in the ring. */
    boolean tryClaim(int bytes) {
        long record = RingLayout.recordBytes(bytes);
        long tail = own.get(TAIL);
        long place = tail & (capacity - 1);
        long toEnd = capacity - place;
        boolean wraps = toEnd < record;
        long end = tail + record + (wraps ? toEnd : 0);
        if (end - own.get(HEAD_SEEN) > capacity) {
            own.set(HEAD_SEEN, (long) POSITION.getVolatile(ring, HEAD_OFFSET));
            if (end - own.get(HEAD_SEEN) > capacity) {
                return false;
            }
        }
        own.set(CLAIMED_PLACE, wraps ? 0 : place);
        own.set(CLAIMED_BYTES, bytes);
        return true;
    }

    /** Where the claimed message goes. */
    MemorySegment claimed() {
        return RingLayout.message(ring, own.get(CLAIMED_PLACE), (int) own.get(CLAIMED_BYTES));
    }

    /**
     * Publishes the claimed message. The tail moves last, after all of the message, and with the full fence that lets a
     * waiting receiver be seen next.
     */
    void commit() {
        long place = own.get(CLAIMED_PLACE);
        int bytes = (int) own.get(CLAIMED_BYTES);
        long tail = own.get(TAIL);
        long atTail = tail & (capacity - 1);
        if (atTail != place) {
            RingLayout.writeLength(ring, atTail, RingLayout.PADDING);
            tail += capacity - atTail;
        }
        RingLayout.writeLength(ring, place, bytes);
        tail += RingLayout.recordBytes(bytes);
        own.set(CLAIMED_BYTES, NONE);
        own.set(TAIL, tail);
        POSITION.setVolatile(ring, TAIL_OFFSET, tail);
    }

    /** Forgets the claim. */
    void abort() {
        own.set(CLAIMED_BYTES, NONE);
    }
}
