package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.COMMITTED;
import static dev.psyne.channel.internal.ring.RecordLayout.NOTHING;
import static dev.psyne.channel.internal.ring.RecordLayout.PADDING;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link OneToOneSender} writes: the word at the head says whether there is a message. */
final class OneToOneReceiver extends RecordReceiver {
    private final long data;
    private final long capacity;

    OneToOneReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.data = ring.dataAddress();
        this.capacity = ring.shape().capacity();
    }

    @Override
    boolean hasNext() {
        return RingMemory.getVolatile(data + place()) != NOTHING;
    }

    @Override
    @Nullable
    MemorySegment next() {
        long header = RingMemory.getAcquire(data + place());
        if (header == NOTHING) {
            return null;
        }
        if (RecordLayout.state(header) == PADDING) {
            if (place() == 0) {
                throw damaged("the state", PADDING);
            }
            skip(capacity - place());
            header = RingMemory.getAcquire(data);
        }
        if (RecordLayout.state(header) != COMMITTED) {
            throw damaged("the state", RecordLayout.state(header));
        }
        return show(RecordLayout.length(header));
    }
}
