package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.platform.ProcessBarrier;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The one receiver of a ring of variable messages. It gives room back in portions, since each move of the head costs the
 * sender a cache miss, and at least once a window, since what lies between the head and its progress comes again if it
 * dies.
 */
abstract class RecordReceiver extends RingReceiver {
    /** The head moves at the latest when this part of the ring has been read. */
    private static final int PORTIONS = 8;

    private final MemorySegment messages;
    private final long capacity;
    private final int window;
    private final long headAddress;
    private final long progress;
    private final long sendersWaiting;
    private long redeliverUntil;
    private long head;
    private long end;
    private long published;
    private int passed;

    RecordReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.messages = ring.data().asReadOnly();
        this.capacity = ring.shape().capacity();
        this.window = ring.neighbours().window(ring.shape().window());
        this.headAddress = ring.address() + RingLayout.HEAD_AT;
        this.progress = participant().address() + RingLayout.POSITION;
        this.sendersWaiting = ring.waitingAddress(Side.SENDER);
    }

    @Override
    final void open() {
        redeliverUntil = RingMemory.getAcquire(ring().address() + RingLayout.REDELIVER_UNTIL_AT);
        head = ring().head();
        published = head;
        RingMemory.put(progress, head);
    }

    final long head() {
        return head;
    }

    final long place() {
        return head & (capacity - 1);
    }

    /** Moves over what carries no message. */
    final void skip(long bytes) {
        head += bytes;
    }

    /** Shows the message whose record starts at the head, with a length read once. */
    final MemorySegment show(int length) {
        long place = place();
        long record = RecordLayout.recordBytes(length);
        if (length < 0 || place + record > capacity) {
            throw new ChannelDamagedException(uri(), "the length at " + place, "is " + length);
        }
        end = head + record;
        RingMemory.put(progress, end);
        // What a handler does must not be done before this message is known as begun.
        VarHandle.storeStoreFence();
        return messages.asSlice(place + RecordLayout.HEADER_BYTES, length);
    }

    final ChannelDamagedException damaged(String field, long value) {
        return new ChannelDamagedException(uri(), field + " at " + place(), "is " + value);
    }

    @Override
    final boolean isRedelivered() {
        return head < redeliverUntil;
    }

    @Override
    final long takeLost() {
        return 0;
    }

    @Override
    final void pass() {
        head = end;
        passed++;
        if (passed >= window || head - published >= capacity / PORTIONS) {
            giveRoomBack();
        }
    }

    @Override
    final void giveRoomBack() {
        passed = 0;
        if (published != head) {
            published = head;
            RingMemory.putRelease(headAddress, head);
            ProcessBarrier.light();
            if (RingMemory.get(sendersWaiting) != 0) {
                ring().wakeAll(Side.SENDER);
            }
        }
    }
}
