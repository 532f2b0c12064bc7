package dev.psyne.channel.internal.ring;

/**
 * A record of a broadcast, at a multiple of 8. Its first word is that of {@link RecordLayout}, COMMITTED or PADDING; messages
 * are counted from 0 since the ring was made.
 *
 * <pre>
 *    0            4     5       8           16                   16 + length   a multiple of 8
 *   +------------+-----+-------+-----------+--------------------+-------------+
 *   | length     |state| 0     | sequence  | message            | undefined   |
 *   +------------+-----+-------+-----------+--------------------+-------------+
 * </pre>
 *
 * PADDING has no sequence, there may be room for its first word only. As in the other rings a record takes at most half the
 * data. The tail in the header commits: what lies behind it is not there, whatever it looks like.
 */
final class BroadcastLayout {
    static final int HEADER_BYTES = 16;
    static final long SEQUENCE_AT = 8;

    private BroadcastLayout() {}

    static int maxMessageBytes(long capacity) {
        return (int) (capacity / 2 - HEADER_BYTES);
    }

    static long recordBytes(int messageBytes) {
        return ((long) messageBytes + HEADER_BYTES + RecordLayout.ALIGNMENT - 1) & -RecordLayout.ALIGNMENT;
    }
}
