package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.IN_PROGRESS;

import dev.psyne.channel.ChannelDamagedException;

/**
 * The tail of a ring with many senders: a position, and which sender is moving it just now, in one word.
 *
 * <pre>
 *    63                       8  7           0
 *   +--------------------------+--------------+
 *   | position / 8             | owner, or 0  |     owner = number of the sender + 1
 *   +--------------------------+--------------+
 * </pre>
 *
 * A claim takes three steps: the sender writes what it intends into its participant, puts its number into the tail, writes
 * the header IN_PROGRESS, and moves the tail, which takes the number out. So every position below the tail has a valid
 * header, nothing needs to be cleared, and at every moment the owner and the size of every open claim are known. Whoever
 * finds a number in the tail waits a little, then takes the last two steps itself: a sender that stops in between, for a
 * while or for ever, stops nobody.
 *
 * <p>A step taken by two is taken once: the header is exchanged for what stood there while the tail still had the number,
 * and its lap keeps it from equalling what the owner commits.
 */
final class SharedTail {
    private static final int OWNER_BITS = 8;
    private static final long OWNER_MASK = (1 << OWNER_BITS) - 1;
    private static final int UNIT_BITS = 3;
    private static final int LAP_BITS = 16;

    private final Ring ring;
    private final long address;
    private final long data;
    private final long capacity;
    private final int lapShift;

    SharedTail(Ring ring) {
        this.ring = ring;
        this.address = ring.address() + RingLayout.TAIL_AT;
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
        this.lapShift = Long.numberOfTrailingZeros(capacity);
    }

    static long position(long tail) {
        return tail >>> OWNER_BITS << UNIT_BITS;
    }

    /** The number of the sender that is moving it plus one, or 0. */
    static int owner(long tail) {
        return (int) (tail & OWNER_MASK);
    }

    long get() {
        return RingMemory.getVolatile(address);
    }

    long headerAddress(long position) {
        return data + (position & (capacity - 1));
    }

    long header(int state, long length, int owner, long position) {
        return RecordLayout.header(state, length, owner, position >>> lapShift & (1 << LAP_BITS) - 1);
    }

    /** Puts a sender's number into a free tail; the sender has written its intent. */
    boolean take(long free, int owner) {
        return RingMemory.compareAndSet(address, free, free | owner);
    }

    /** Writes the header of the claim that the tail's owner intends, and moves the tail. */
    void move(long taken, long bytes) {
        long start = position(taken);
        RingMemory.putRelease(headerAddress(start), header(IN_PROGRESS, bytes, owner(taken), start));
        moveBehind(taken, bytes);
    }

    private void moveBehind(long taken, long bytes) {
        long next = position(taken) + bytes >>> UNIT_BITS << OWNER_BITS;
        RingMemory.compareAndSet(address, taken, next);
    }

    /** Moves the tail for the sender whose number is in it, which is alive and slow or dead. */
    void help(long taken) {
        int owner = owner(taken);
        if (owner > ring.shape().maxSenders()) {
            throw new ChannelDamagedException(ring.uri(), "the owner in the tail", "is " + owner);
        }
        long participant = ring.participants(Side.SENDER).get(owner - 1).address();
        long start = position(taken);
        long bytes = RingMemory.getAcquire(participant + RingLayout.CLAIM_INTENT_BYTES);
        long found = RingMemory.getAcquire(headerAddress(start));
        if (get() != taken) {
            return;
        }
        if (bytes <= 0 || bytes > capacity || bytes % RecordLayout.ALIGNMENT != 0) {
            throw new ChannelDamagedException(
                    ring.uri(), "the claim of sender " + (owner - 1), "has " + bytes + " bytes");
        }
        long wanted = header(IN_PROGRESS, bytes, owner, start);
        if (found != wanted) {
            RingMemory.compareAndSet(headerAddress(start), found, wanted);
        }
        moveBehind(taken, bytes);
    }
}
