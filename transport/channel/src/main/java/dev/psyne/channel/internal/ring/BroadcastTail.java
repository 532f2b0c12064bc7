package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;
import java.lang.invoke.VarHandle;

/**
 * The newest end of a broadcast: where it is, which message comes next, and where the newest one starts. Three words cannot
 * be stored at once, so the writer keeps two entries, writes the older of them, and then moves the tail, which says that the
 * entry with that end counts. A writer that dies in between has changed nothing; whoever reads the tail, an entry and the
 * same tail again has read one state.
 */
final class BroadcastTail {
    private static final long ENTRY_BYTES = 24;
    private static final long SEQUENCE = 0;
    private static final long START = 8;
    private static final long END = 16;

    /** The most times to look for two tails alike; a writer overtakes a look a few times, not that often. */
    private static final int LOOKS = 1 << 20;

    private final Ring ring;
    private final long tail;
    private final long entries;
    private long position;
    private long nextSequence;
    private long newestStart;

    BroadcastTail(Ring ring) {
        this.ring = ring;
        this.tail = ring.address() + RingLayout.TAIL_AT;
        this.entries = ring.address() + RingLayout.NEWEST_AT;
    }

    /** The end of the newest message now. */
    long get() {
        return RingMemory.getVolatile(tail);
    }

    /** Where the tail was at the last {@link #read}. */
    long position() {
        return position;
    }

    /** The sequence of the message that was to come at the tail. */
    long nextSequence() {
        return nextSequence;
    }

    /** Where the message before it starts; the tail if there was none. */
    long newestStart() {
        return newestStart;
    }

    /** Reads all three as they were at one moment. */
    void read() {
        for (int look = 0; look < LOOKS; look++) {
            long end = get();
            boolean known = end == 0 || readEntry(0, end) || readEntry(1, end);
            VarHandle.loadLoadFence();
            if (RingMemory.getAcquire(tail) != end) {
                continue;
            }
            if (!known || end < 0 || end % RecordLayout.ALIGNMENT != 0) {
                throw new ChannelDamagedException(ring.uri(), "the tail", "is " + end);
            }
            position = end;
            if (end == 0) {
                nextSequence = 0;
                newestStart = 0;
            }
            checkNewest();
            return;
        }
        throw new ChannelDamagedException(ring.uri(), "the tail", "changes without end");
    }

    private boolean readEntry(int parity, long end) {
        long entry = entries + parity * ENTRY_BYTES;
        if (RingMemory.getAcquire(entry + END) != end) {
            return false;
        }
        nextSequence = RingMemory.getAcquire(entry + SEQUENCE) + 1;
        newestStart = RingMemory.getAcquire(entry + START);
        return true;
    }

    private void checkNewest() {
        long bytes = position - newestStart;
        if (newestStart < 0 || bytes < 0 || bytes > ring.shape().capacity() || bytes % RecordLayout.ALIGNMENT != 0) {
            throw new ChannelDamagedException(ring.uri(), "the start of the newest message", "is " + newestStart);
        }
        if (nextSequence < 0) {
            throw new ChannelDamagedException(ring.uri(), "the sequence of the newest message", "is " + nextSequence);
        }
    }

    /** Moves the tail over a message that is complete. */
    void move(long sequence, long start, long end) {
        long entry = entries + (sequence & 1) * ENTRY_BYTES;
        RingMemory.put(entry + SEQUENCE, sequence);
        RingMemory.put(entry + START, start);
        RingMemory.putRelease(entry + END, end);
        RingMemory.putRelease(tail, end);
    }
}
