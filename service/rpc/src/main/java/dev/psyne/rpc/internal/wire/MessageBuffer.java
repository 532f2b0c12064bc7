package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The memory of one message, which belongs to whoever holds it and goes back at {@link #release}, once. */
public final class MessageBuffer {
    private final MessageMemory memory;
    private final AtomicReference<@Nullable MemorySegment> block;
    private final MemorySegment segment;
    private final AtomicReference<@Nullable MessageLease> lease = new AtomicReference<>();

    MessageBuffer(MessageMemory memory, MemorySegment block, int offset, long bytes) {
        this.memory = memory;
        this.block = new AtomicReference<>(block);
        this.segment = block.asSlice(offset, bytes);
    }

    /** All of it, until it is released: to read it after that is a fault that nobody notices. */
    public MemorySegment segment() {
        return segment;
    }

    /** The message holds references under this lease, whose number belongs into its last four bytes. */
    public void lend(MessageLease of) {
        lease.set(of);
    }

    /** Whether it holds references whose lease nobody has taken. */
    public boolean isLent() {
        return lease.get() != null;
    }

    /** The lease, which is the caller's from here on; null if the message holds no references, or somebody has taken it. */
    public @Nullable MessageLease takeLease() {
        return lease.getAndSet(null);
    }

    /** Leaves the memory to the garbage collector, for those who look at it for as long as they like. */
    public void disown() {
        MemorySegment held = block.getAndSet(null);
        if (held != null) {
            memory.lose(held);
        }
    }

    /** Gives the memory back, and the lease if nobody has taken it; a second time does nothing. */
    public void release() {
        MessageLease left = takeLease();
        if (left != null) {
            left.release();
        }
        MemorySegment held = block.getAndSet(null);
        if (held != null) {
            memory.give(held);
        }
    }
}
