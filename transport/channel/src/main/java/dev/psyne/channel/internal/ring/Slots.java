package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.SlotLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.SlotLayout.FREE;
import static dev.psyne.channel.internal.ring.SlotLayout.READING;
import static dev.psyne.channel.internal.ring.SlotLayout.WRITING;

import dev.psyne.channel.ChannelDamagedException;

/**
 * The slots of a ring, by position, and the two walks along them. A position modulo the number of slots names a slot, so that
 * no hint, whoever wrote it, leads out of the data; a word that no end writes is damage.
 */
final class Slots {
    /** No such position. */
    static final long NONE = -1;

    /** The most races an end may lose in a row; only words that change without end make it lose more. */
    static final int RACES = 1 << 20;

    /** Positions end here; it takes thousands of years to get there. */
    private static final long MAX_POSITION = 1L << 62;

    /** The walks jump over laps, and so see a slot that does not change no more often than this. */
    private static final int LAPS_WALKED = 4;

    private final Ring ring;
    private final long data;
    private final long stride;
    private final long count;
    private final int shift;
    private final long mostSteps;

    Slots(Ring ring) {
        this.ring = ring;
        this.data = ring.dataAddress();
        this.stride = SlotLayout.strideBytes(ring.shape().slotBytes());
        this.count = SlotLayout.slots(ring.shape().capacity(), ring.shape().slotBytes());
        this.shift = Long.numberOfTrailingZeros(count);
        this.mostSteps = LAPS_WALKED * count + RACES;
    }

    long count() {
        return count;
    }

    /** Bytes that so many positions take up; hints that lag may tell of more positions than there are slots. */
    long bytes(long positions) {
        return Math.min(positions, count) * stride;
    }

    /** Where a position's slot starts in the data. */
    long place(long position) {
        return (position & (count - 1)) * stride;
    }

    long address(long position) {
        return data + place(position);
    }

    long lap(long position) {
        return position >>> shift;
    }

    long word(long position) {
        return RingMemory.getVolatile(address(position));
    }

    boolean exchange(long position, long expected, long word) {
        return RingMemory.compareAndSet(address(position), expected, word);
    }

    /** Reads a hint. */
    long hint(long at) {
        long position = RingMemory.getAcquire(ring.address() + at);
        if (position < 0 || position > MAX_POSITION) {
            throw new ChannelDamagedException(
                    ring.uri(), at == RingLayout.TAIL_AT ? "the tail" : "the head", "is " + position);
        }
        return position;
    }

    /** The tail: the first position that nobody has claimed, or {@link #NONE} while its slot is still in use. */
    long firstFree(long from) {
        long position = from;
        for (long step = 0; step < mostSteps; step++) {
            long word = word(position);
            long lap = lap(position);
            if (word == SlotLayout.free(lap)) {
                return position;
            }
            if (SlotLayout.lap(word) < lap) {
                checkLapBefore(position, word);
                return NONE;
            }
            long claimed = SlotLayout.lap(word) - (SlotLayout.state(word) == FREE ? 1 : 0);
            position = behind(position, word, claimed);
        }
        throw endless();
    }

    /** The first position whose message nobody has taken, or {@link #NONE} if what comes next is not committed. */
    long firstCommitted(long from) {
        long position = from;
        for (long step = 0; step < mostSteps; step++) {
            long word = word(position);
            long lap = lap(position);
            if (SlotLayout.lap(word) < lap) {
                checkLapBefore(position, word);
                return NONE;
            }
            if (SlotLayout.lap(word) == lap) {
                switch (SlotLayout.state(word)) {
                    case COMMITTED -> {
                        return position;
                    }
                    case FREE, WRITING -> {
                        checkOwner(position, word);
                        return NONE;
                    }
                    default -> checkOwner(position, word);
                }
            }
            position = behind(position, word, lastTaken(word));
        }
        throw endless();
    }

    /**
     * The last lap in which the slot's position is known to be behind all receivers, with every position before it. They go
     * in order, so that is so once it is read. A slot that is free may have been freed by an abort without them; but what
     * was claimed a lap later was freed before, and so was all before that.
     */
    private static long lastTaken(long word) {
        return SlotLayout.lap(word)
                - switch (SlotLayout.state(word)) {
                    case READING -> 0;
                    case FREE -> 2;
                    default -> 1;
                };
    }

    /** The position behind this one, or laps further if it is known that all up to the slot's position in a lap are done. */
    private long behind(long position, long word, long doneLap) {
        if (SlotLayout.lap(word) > MAX_POSITION >>> shift) {
            throw damaged(position, "lap", SlotLayout.lap(word));
        }
        checkOwner(position, word);
        return Math.max(position, doneLap << shift | position & (count - 1)) + 1;
    }

    /** A position in sight is at most one lap ahead of its slot. */
    private void checkLapBefore(long position, long word) {
        if (SlotLayout.lap(word) != lap(position) - 1) {
            throw damaged(position, "lap", SlotLayout.lap(word));
        }
        checkOwner(position, word);
    }

    private void checkOwner(long position, long word) {
        int owner = SlotLayout.owner(word);
        int most = switch (SlotLayout.state(word)) {
            case WRITING -> ring.shape().maxSenders();
            case READING -> ring.shape().maxReceivers();
            default -> 0;
        };
        if (owner > most || owner == 0 && most != 0) {
            throw damaged(position, "owner", owner);
        }
    }

    ChannelDamagedException damaged(long position, String field, long value) {
        return new ChannelDamagedException(
                ring.uri(), "the " + field + " of slot " + (position & (count - 1)), "is " + value);
    }

    ChannelDamagedException endless() {
        return new ChannelDamagedException(ring.uri(), "the data", "changes without end");
    }
}
