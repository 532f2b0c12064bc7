package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.ABORTED;
import static dev.psyne.channel.internal.ring.RecordLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.RecordLayout.IN_PROGRESS;
import static dev.psyne.channel.internal.ring.RecordLayout.PADDING;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads what many {@link ManyToOneSender}s write, in the order of their claims: below the tail every header is valid. */
final class ManyToOneReceiver extends RecordReceiver {
    private final SharedTail tail;
    private final long data;
    private final long capacity;
    private long limit;

    ManyToOneReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.tail = new SharedTail(ring);
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
    }

    @Override
    boolean hasNext() {
        return hasRecord() && RecordLayout.state(RingMemory.getVolatile(data + place())) != IN_PROGRESS;
    }

    private boolean hasRecord() {
        if (head() < limit) {
            return true;
        }
        limit = SharedTail.position(tail.get());
        if (limit < head() || limit - head() > capacity) {
            throw damaged("the tail", limit);
        }
        return head() < limit;
    }

    @Override
    @Nullable
    MemorySegment next() {
        while (hasRecord()) {
            long header = RingMemory.getAcquire(data + place());
            switch (RecordLayout.state(header)) {
                case COMMITTED -> {
                    return show(RecordLayout.length(header));
                }
                case IN_PROGRESS -> {
                    return null;
                }
                case ABORTED -> skip(checked(RecordLayout.length(header)));
                case PADDING -> {
                    return showWrapped();
                }
                default -> throw damaged("the state", RecordLayout.state(header));
            }
        }
        return null;
    }

    private int checked(int aborted) {
        if (aborted <= 0 || aborted % RecordLayout.ALIGNMENT != 0 || aborted > limit - head()) {
            throw damaged("the length of an aborted claim", aborted);
        }
        return aborted;
    }

    private MemorySegment showWrapped() {
        if (place() == 0) {
            throw damaged("the state", PADDING);
        }
        skip(capacity - place());
        long header = RingMemory.getAcquire(data);
        if (RecordLayout.state(header) != COMMITTED) {
            throw damaged("the state", RecordLayout.state(header));
        }
        return show(RecordLayout.length(header));
    }
}
