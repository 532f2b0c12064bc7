package dev.psyne.channel.internal.ring;

/**
 * A slot of the rings of fixed slots. It starts with one word that says everything about it and is only ever exchanged
 * whole; its lap says which of the positions that fall on the slot it speaks of.
 *
 * <pre>
 *    0                8               16             16 + slot bytes   a multiple of 64
 *   +----------------+---------------+--------------+-----------------+
 *   | word           | length        | message      | undefined       |
 *   +----------------+---------------+--------------+-----------------+
 *
 *    63                       12  11      10          9     8  7           0
 *   +---------------------------+---+---------------+---------+-------------+
 *   | lap = position / slots    | 0 | redelivered   | state   | owner, or 0 |    owner = number on its side + 1
 *   +---------------------------+---+---------------+---------+-------------+
 *
 *     from             to                    who                     when
 *     FREE(l)          WRITING(l, s)         sender s                claim, at the tail alone
 *     WRITING(l, s)    COMMITTED(l)          sender s                commit
 *     WRITING(l, s)    FREE(l + 1)           sender s                abort
 *     WRITING(l, s)    FREE(l + 1)           whoever buries s        s died with an open claim
 *     COMMITTED(l)     READING(l, r)         receiver r              the handler is about to run; keeps "redelivered"
 *     READING(l, r)    FREE(l + 1)           receiver r              the handler has returned or thrown
 *     READING(l, r)    COMMITTED(l) with     whoever buries r        r died in its handler
 *                      "redelivered"
 *
 *                   abort, or the sender died
 *            +------------------------------------------+
 *            |                                          v
 *     FREE(l) ---> WRITING ---> COMMITTED ---> READING ---> FREE(l + 1)
 *                                   ^             |
 *                                   +-------------+
 *                                 the receiver died
 * </pre>
 *
 * <p>After Vyukov's bounded queue of many producers and consumers (1024cores.net, 2010), except that a position is claimed in
 * the slot and not in a counter: the owner of every open claim is known at every moment. Tail and head in the header are
 * hints that never lead: every position before the tail is claimed, every one before the head has been taken, freed or
 * given back, and who finds a hint behind walks on from it. An aborted claim needs no state of its own: a position whose
 * slot is free for a later lap is behind everybody.
 */
final class SlotLayout {
    static final int HEADER_BYTES = 16;
    static final long LENGTH_AT = 8;

    static final int FREE = 0;
    static final int WRITING = 1;
    static final int COMMITTED = 2;
    static final int READING = 3;

    /** Slots start this many bytes apart at least, so that the words of two never share a cache line. */
    private static final int LINE_BYTES = 64;

    private static final long OWNER_MASK = 0xFF;
    private static final int STATE_SHIFT = 8;
    private static final long STATE_MASK = 3;
    private static final long REDELIVERED = 1 << 10;
    private static final int LAP_SHIFT = 12;

    private SlotLayout() {}

    /** Bytes from slot to slot. */
    static long strideBytes(int slotBytes) {
        return ((long) slotBytes + HEADER_BYTES + LINE_BYTES - 1) & -LINE_BYTES;
    }

    /** How many slots there are: a power of two. */
    static long slots(long capacity, int slotBytes) {
        return Long.highestOneBit(capacity / strideBytes(slotBytes));
    }

    static long free(long lap) {
        return word(lap, FREE, 0);
    }

    static long writing(long lap, int owner) {
        return word(lap, WRITING, owner);
    }

    static long committed(long lap) {
        return word(lap, COMMITTED, 0);
    }

    /** What a committed word becomes while a receiver reads. */
    static long reading(long committed, int owner) {
        return word(lap(committed), READING, owner) | committed & REDELIVERED;
    }

    /** What a word becomes when the receiver that was reading has died. */
    static long givenBack(long reading) {
        return committed(lap(reading)) | REDELIVERED;
    }

    private static long word(long lap, int state, int owner) {
        return lap << LAP_SHIFT | (long) state << STATE_SHIFT | owner;
    }

    static long lap(long word) {
        return word >>> LAP_SHIFT;
    }

    static int state(long word) {
        return (int) (word >>> STATE_SHIFT & STATE_MASK);
    }

    static int owner(long word) {
        return (int) (word & OWNER_MASK);
    }

    static boolean isRedelivered(long word) {
        return (word & REDELIVERED) != 0;
    }

    /** Whether a receiver died over it and no other has taken it yet. */
    static boolean isGivenBack(long word) {
        return isRedelivered(word) && state(word) == COMMITTED;
    }
}
