package dev.psyne.channel;

import static dev.psyne.channel.RingLayout.HEAD_OFFSET;
import static dev.psyne.channel.RingLayout.POSITION;
import static dev.psyne.channel.RingLayout.TAIL_OFFSET;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's half of a ring: shows one message at a time in place, and gives the room of those that are read back in
 * portions, since each move of the head costs the sender a cache miss. One thread at a time.
 */
final class RingReader {
    /** The head moves at the latest when this part of the ring has been read. */
    private static final int PORTIONS = 8;

    private static final int HEAD = 0;
    private static final int TAIL_SEEN = 1;
    private static final int HEAD_PUBLISHED = 2;
    private static final int SHOWN_BYTES = 3;
    private static final int UNPUBLISHED_MESSAGES = 4;
    private static final int UNPUBLISHED_BYTES = 5;
    private static final int WORDS = 6;
    private static final int NONE = -1;

    private final MemorySegment ring;
    private final MemorySegment messages;
    private final long capacity;
    private final OwnLine own = new OwnLine(WORDS);

    RingReader(MemorySegment ring, long capacity) {
        this.ring = ring;
        this.messages = ring.asReadOnly();
        this.capacity = capacity;
        own.set(SHOWN_BYTES, NONE);
    }

    /** Shows the next message, or answers null if there is none now; {@link #advance} must follow before the next call. */
    @Nullable
    MemorySegment next() {
        if (own.get(SHOWN_BYTES) != NONE) {
            throw new IllegalStateException("a handler may not poll the receiver whose message it reads");
        }
        if (!hasNext()) {
            return null;
        }
        long head = own.get(HEAD);
        long place = head & (capacity - 1);
        int length = RingLayout.readLength(ring, place);
        if (length == RingLayout.PADDING) {
            head += capacity - place;
            place = 0;
            length = RingLayout.readLength(ring, place);
        }
        // The length was written by the other side: it is read once, and trusted only within what has been published.
        if (length < 0 || RingLayout.recordBytes(length) > own.get(TAIL_SEEN) - head) {
            throw new IllegalStateException("the ring is damaged: a record of " + length + " bytes at " + place);
        }
        own.set(HEAD, head);
        own.set(SHOWN_BYTES, length);
        return RingLayout.message(messages, place, length);
    }

    boolean hasNext() {
        if (own.get(HEAD) == own.get(TAIL_SEEN)) {
            own.set(TAIL_SEEN, (long) POSITION.getVolatile(ring, TAIL_OFFSET));
        }
        return own.get(HEAD) != own.get(TAIL_SEEN);
    }

    /** Passes the message shown. Touches nothing of the ring, whose memory the message's handler may have ended. */
    void advance() {
        int bytes = (int) own.get(SHOWN_BYTES);
        own.set(SHOWN_BYTES, NONE);
        own.set(HEAD, own.get(HEAD) + RingLayout.recordBytes(bytes));
        own.set(UNPUBLISHED_MESSAGES, unpublishedMessages() + 1);
        own.set(UNPUBLISHED_BYTES, unpublishedBytes() + bytes);
    }

    /** Whether room should be given back now: all that was seen is read, or a portion of the ring is. */
    boolean shouldPublish() {
        long head = own.get(HEAD);
        return head == own.get(TAIL_SEEN) || head - own.get(HEAD_PUBLISHED) >= capacity / PORTIONS;
    }

    long unpublishedMessages() {
        return own.get(UNPUBLISHED_MESSAGES);
    }

    long unpublishedBytes() {
        return own.get(UNPUBLISHED_BYTES);
    }

    /** Gives the room of all messages passed back, with the full fence that lets a waiting sender be seen next. */
    void publish() {
        long head = own.get(HEAD);
        own.set(HEAD_PUBLISHED, head);
        own.set(UNPUBLISHED_MESSAGES, 0);
        own.set(UNPUBLISHED_BYTES, 0);
        POSITION.setVolatile(ring, HEAD_OFFSET, head);
    }
}
