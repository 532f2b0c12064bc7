package dev.psyne.channel.internal.ring;

import dev.psyne.platform.ProcessBarrier;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads a broadcast in place, and holds its writer back by the gate in its own participant: position + {@value #GATE}, 0
 * while it has not joined. The gate moves when an eighth of the ring or a window of messages is read, and when all is. A
 * dead receiver holds the writer until it is buried.
 */
final class HoldingBroadcastReceiver extends BroadcastReceiver {
    /** What makes the gate of a receiver at position 0 differ from none. */
    static final long GATE = 1;

    /** The gate moves at the latest when this part of the ring has been read. */
    private static final int PORTIONS = 8;

    private final MemorySegment messages;
    private final long portion;
    private final int window;
    private final long gate;
    private final long position;
    private final long sendersWaiting;
    private long published;
    private int passed;

    HoldingBroadcastReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.messages = ring.data().asReadOnly();
        this.portion = ring.shape().capacity() / PORTIONS;
        this.window = ring.shape().window();
        this.gate = participant().address() + RingLayout.CLAIM_INTENT;
        this.position = participant().address() + RingLayout.POSITION;
        this.sendersWaiting = ring.waitingAddress(Side.SENDER);
    }

    /**
     * Shuts the gate first where the writer was a moment ago, so that it is not passed unseen; then looks for the newest end:
     * see {@link BroadcastSender}.
     */
    @Override
    void open() {
        publish(newest().position());
        if (ring().neighbours().reachOtherProcesses()) {
            ProcessBarrier.heavyEverywhere();
            awaitSettled();
        } else {
            ProcessBarrier.heavy();
        }
        BroadcastTail newest = newest();
        moveTo(newest.position(), newest.nextSequence());
        publish(head());
    }

    /** The fence between processes may have missed the writer's core; after this time it has not. */
    private static void awaitSettled() {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < ProcessBarrier.SETTLED_NANOS) {
            Thread.onSpinWait();
        }
    }

    @Override
    boolean isOvertaken() {
        return false;
    }

    @Override
    @Nullable
    MemorySegment next() {
        if (!hasRecord() || !readHeader()) {
            return null;
        }
        return messages.asSlice(messagePlace(), length());
    }

    @Override
    long takeLost() {
        return 0;
    }

    @Override
    void pass() {
        super.pass();
        passed++;
        if (passed >= window || head() - published >= portion) {
            giveRoomBack();
        }
    }

    @Override
    void giveRoomBack() {
        passed = 0;
        if (published != head()) {
            publish(head());
        }
    }

    private void publish(long read) {
        published = read;
        RingMemory.put(position, read);
        RingMemory.putRelease(gate, read + GATE);
        ProcessBarrier.light();
        if (RingMemory.get(sendersWaiting) != 0) {
            ring().wakeAll(Side.SENDER);
        }
    }
}
