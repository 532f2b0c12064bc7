package dev.psyne.channel.internal.ring;

/**
 * A record of the rings of variable messages, at a multiple of 8. Its header is one word, written at once:
 *
 * <pre>
 *    0            4     5       6      8                    8 + length   a multiple of 8
 *   +------------+-----+-------+------+--------------------+-------------+
 *   | length     |state| owner | lap  | message            | undefined   |
 *   +------------+-----+-------+------+--------------------+-------------+
 * </pre>
 *
 * A record does not wrap, so that a message is one piece: where it would not fit before the end of the data stands PADDING,
 * and the record follows at place 0. With its header it takes at most half the data: the padding before it is then less
 * than the other half, and an empty ring has room for every message wherever its positions stand. The length of
 * IN_PROGRESS and ABORTED counts everything claimed, header and padding too. Owner and lap are 0 in rings of one sender.
 */
final class RecordLayout {
    static final int HEADER_BYTES = 8;
    static final int ALIGNMENT = 8;

    static final int NOTHING = 0;
    static final int COMMITTED = 1;
    static final int PADDING = 2;
    static final int IN_PROGRESS = 3;
    static final int ABORTED = 4;

    private static final int STATE_SHIFT = 32;
    private static final int OWNER_SHIFT = 40;
    private static final int LAP_SHIFT = 48;
    private static final long LENGTH_MASK = 0xFFFF_FFFFL;

    private RecordLayout() {}

    static int maxMessageBytes(long capacity) {
        return (int) (capacity / 2 - HEADER_BYTES);
    }

    static long recordBytes(int messageBytes) {
        return ((long) messageBytes + HEADER_BYTES + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static long header(int state, int length) {
        return (long) state << STATE_SHIFT | length & LENGTH_MASK;
    }

    static long header(int state, long length, int owner, long lap) {
        return lap << LAP_SHIFT | (long) owner << OWNER_SHIFT | (long) state << STATE_SHIFT | length;
    }

    static int state(long header) {
        return (int) (header >>> STATE_SHIFT) & 0xFF;
    }

    static int length(long header) {
        return (int) header;
    }

    static int owner(long header) {
        return (int) (header >>> OWNER_SHIFT) & 0xFF;
    }
}
