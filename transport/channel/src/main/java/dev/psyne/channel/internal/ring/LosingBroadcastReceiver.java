package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelDamagedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Reads a broadcast whose writer waits for nobody. It copies a message into memory of its own, then looks whether the writer
 * meant to write there by then; only a copy that stood is handed over. Overtaken, it goes on with the newest message, or
 * behind it where that is being written over too, and counts what it leaves out.
 */
final class LosingBroadcastReceiver extends BroadcastReceiver {
    /** The most jumps of one look; a writer that still overtakes it then lets the caller go first. */
    private static final int JUMPS = 64;

    private static final int MIN_BUFFER_BYTES = 1024;

    private final MemorySegment messages;
    private final long capacity;
    private final int maxMessageBytes;
    private final long intent;
    private final long position;
    private MemorySegment buffer = MemorySegment.NULL;
    private MemorySegment readable = MemorySegment.NULL;
    private long lost;

    LosingBroadcastReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.messages = ring.data();
        this.capacity = ring.shape().capacity();
        this.maxMessageBytes = BroadcastLayout.maxMessageBytes(capacity);
        this.intent = ring.address() + RingLayout.INTENT_AT;
        this.position = participant().address() + RingLayout.POSITION;
    }

    @Override
    void open() {
        BroadcastTail newest = newest();
        moveTo(newest.position(), newest.nextSequence());
        RingMemory.put(position, head());
    }

    /** The writer is at most a ring beyond what still stands, counted to where it means to write. */
    @Override
    boolean isOvertaken() {
        return isOvertaken(head());
    }

    private boolean isOvertaken(long start) {
        VarHandle.loadLoadFence();
        return RingMemory.getAcquire(intent) - start > capacity;
    }

    @Override
    @Nullable
    MemorySegment next() {
        for (int jump = 0; jump < JUMPS && hasRecord(); jump++) {
            if (!isOvertaken() && readHeader()) {
                copy(length());
                if (!isOvertaken()) {
                    return readable.asSlice(0, length());
                }
            }
            jump();
        }
        return null;
    }

    private void copy(int bytes) {
        if (buffer.byteSize() < bytes) {
            long twice = Long.highestOneBit(Math.max(bytes, MIN_BUFFER_BYTES) - 1) << 1;
            buffer = Arena.ofAuto().allocate(Math.min(twice, maxMessageBytes), RecordLayout.ALIGNMENT);
            readable = buffer.asReadOnly();
        }
        MemorySegment.copy(messages, messagePlace(), buffer, 0, bytes);
    }

    private void jump() {
        BroadcastTail newest = newest();
        boolean stands = newest.newestStart() > head() && !isOvertaken(newest.newestStart());
        long target = stands ? newest.newestStart() : newest.position();
        long sequence = newest.nextSequence() - (stands ? 1 : 0);
        if (target <= head() || sequence < sequence()) {
            throw new ChannelDamagedException(uri(), "the tail", "is " + target + " behind message " + sequence);
        }
        lost += sequence - sequence();
        moveTo(target, sequence);
        RingMemory.put(position, target);
    }

    @Override
    long takeLost() {
        long taken = lost;
        lost = 0;
        return taken;
    }

    @Override
    void pass() {
        super.pass();
        RingMemory.put(position, head());
    }

    @Override
    void giveRoomBack() {}
}
