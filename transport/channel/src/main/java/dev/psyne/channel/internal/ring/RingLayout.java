package dev.psyne.channel.internal.ring;

/**
 * Where everything stands in the region of a ring. All integers are little endian; positions count bytes (slots in rings of
 * fixed slots) since the ring was made and only grow; a position modulo the capacity, a power of two, is its place in the
 * data.
 *
 * <pre>
 *      0  magic        8  version     12  topology    16  capacity     24  slot bytes   28  window
 *     32  max senders 36  max receivers 40  losing    44  owner uid
 *     64  sender deaths 68 receiver deaths 80 senders gone 88 redeliver until
 *    128  tail            (many senders) position and owner; hint in rings of slots; end of the newest in a broadcast
 *    256  head            what is read for good; hint in rings of slots
 *    384  receivers waiting   a bit for each receiver that sleeps; bit 63: no receiver is left
 *    512  senders waiting     a bit for each sender that sleeps
 *    640  intent          (broadcast) up to where the writer may be writing
 *    648  newest          (broadcast) sequence, start and end of the two newest messages, 24 bytes each
 *    704  of senders that are gone: messages, bytes, waits, lost, high water (8 bytes each); at 768 of receivers
 *   1024  participants, 256 bytes each: the senders, then the receivers
 *    ...  data, from the next multiple of 4096
 * </pre>
 *
 * A participant; its first line is read by those who wake or bury it, the second is its own.
 *
 * <pre>
 *      0  state        4  generation   8  process     16  wake word    20  bell index   24  process number
 *     32  joined at (milliseconds since 1970)
 *    128  position   136  intent     144  intent bytes  152  messages  160  bytes  168  waits  176  lost  184  high water
 * </pre>
 *
 * The intent of a receiver of a broadcast that holds its writer back is its gate; other receivers have none.
 */
final class RingLayout {
    /** "PSYNRING" read as a little-endian integer. */
    static final long MAGIC = 0x474E_4952_4E59_5350L;

    static final int VERSION = 2;

    static final long MAGIC_AT = 0;
    static final long VERSION_AT = 8;
    static final long TOPOLOGY_AT = 12;
    static final long CAPACITY_AT = 16;
    static final long SLOT_BYTES_AT = 24;
    static final long WINDOW_AT = 28;
    static final long MAX_SENDERS_AT = 32;
    static final long MAX_RECEIVERS_AT = 36;
    static final long LOSING_AT = 40;
    static final long OWNER_AT = 44;

    static final long SENDER_DEATHS_AT = 64;
    static final long RECEIVER_DEATHS_AT = 68;
    static final long SENDERS_GONE_AT = 80;
    static final long REDELIVER_UNTIL_AT = 88;

    static final long TAIL_AT = 128;
    static final long HEAD_AT = 256;
    static final long RECEIVERS_WAITING_AT = 384;
    static final long SENDERS_WAITING_AT = 512;
    static final long INTENT_AT = 640;
    static final long NEWEST_AT = 648;

    static final long DEPARTED_SENDERS_AT = 704;
    static final long DEPARTED_RECEIVERS_AT = 768;

    static final long PARTICIPANTS_AT = 1024;
    static final long PARTICIPANT_BYTES = 256;

    static final long STATE = 0;
    static final long GENERATION = 4;
    static final long PROCESS = 8;
    static final long WAKE_WORD = 16;
    static final long BELL_INDEX = 20;
    static final long PROCESS_NUMBER = 24;
    static final long JOINED_AT_MILLIS = 32;
    static final long POSITION = 128;
    static final long CLAIM_INTENT = 136;
    static final long CLAIM_INTENT_BYTES = 144;
    static final long MESSAGES = 152;
    static final long BYTES = 160;
    static final long WAITS = 168;
    static final long LOST = 176;
    static final long HIGH_WATER = 184;

    /** How many figures a participant has, from {@link #MESSAGES} on; the last is a maximum, the others are counts. */
    static final int FIGURES = 5;

    /** Bytes of a participant that start afresh with whoever takes it, from {@link #POSITION} on. */
    static final long OWN_BYTES = 64;

    /** States of a participant. */
    static final int FREE = 0;

    static final int OPEN = 1;

    /** Values of "senders gone": why there is no sender now, if there was one. */
    static final int NOT_GONE = 0;

    static final int LEFT = 1;
    static final int DIED = 2;

    /** In "receivers waiting": the last receiver has left. */
    static final long NO_RECEIVER = 1L << 63;

    /** Alignment in bytes of the region and of the data. */
    static final long PAGE = 4096;

    private RingLayout() {}

    static long dataAt(int maxSenders, int maxReceivers) {
        long end = PARTICIPANTS_AT + (maxSenders + maxReceivers) * PARTICIPANT_BYTES;
        return (end + PAGE - 1) & -PAGE;
    }
}
