package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;

/** Reads a broadcast from the newest end on, a record at a time. Nothing comes again: a receiver that dies takes its place along. */
abstract class BroadcastReceiver extends RingReceiver {
    private final BroadcastTail tail;
    private final long data;
    private final long capacity;
    private long head;
    private long end;
    private long sequence;
    private int length;
    private long limit;

    BroadcastReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.tail = new BroadcastTail(ring);
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
    }

    /** Whether the writer may have written over the head; what was read before is then worth nothing. */
    abstract boolean isOvertaken();

    /** Looks where the newest end is, and answers it. */
    final BroadcastTail newest() {
        tail.read();
        return tail;
    }

    /** Reads on from there, where the message of that sequence is or will be. */
    final void moveTo(long position, long sequenceThere) {
        head = position;
        sequence = sequenceThere;
        limit = tail.position();
    }

    final long head() {
        return head;
    }

    final long sequence() {
        return sequence;
    }

    final int length() {
        return length;
    }

    /** Where in the data the message found starts. */
    final long messagePlace() {
        return (head & (capacity - 1)) + BroadcastLayout.HEADER_BYTES;
    }

    @Override
    final boolean hasNext() {
        return tail.get() != head;
    }

    final boolean hasRecord() {
        if (head == limit) {
            limit = tail.get();
            if (limit < head) {
                throw new ChannelDamagedException(uri(), "the tail", "is " + limit);
            }
        }
        return head != limit;
    }

    /** Reads the header at the head, each word once; false if the writer has overtaken it. */
    final boolean readHeader() {
        long header = RingMemory.getAcquire(data + place());
        if (RecordLayout.state(header) == RecordLayout.PADDING) {
            long padding = capacity - place();
            if (isOvertaken()) {
                return false;
            }
            if (place() == 0 || limit - head <= padding) {
                throw damaged("state", RecordLayout.PADDING);
            }
            head += padding;
            header = RingMemory.getAcquire(data + place());
        }
        if (RecordLayout.state(header) != RecordLayout.COMMITTED) {
            return stands("state", RecordLayout.state(header));
        }
        length = RecordLayout.length(header);
        long record = BroadcastLayout.recordBytes(length);
        if (length < 0 || place() + record > capacity || record > limit - head) {
            return stands("length", length);
        }
        long found = RingMemory.getAcquire(data + place() + BroadcastLayout.SEQUENCE_AT);
        if (found != sequence) {
            return stands("sequence", found);
        }
        end = head + record;
        return true;
    }

    /** What no writer writes is damage, unless the writer has overtaken the head: then it is the middle of some message. */
    private boolean stands(String field, long value) {
        if (isOvertaken()) {
            return false;
        }
        throw damaged(field, value);
    }

    private ChannelDamagedException damaged(String field, long value) {
        return new ChannelDamagedException(uri(), "the " + field + " at " + place(), "is " + value);
    }

    private long place() {
        return head & (capacity - 1);
    }

    @Override
    final boolean isRedelivered() {
        return false;
    }

    @Override
    void pass() {
        head = end;
        sequence++;
    }
}
