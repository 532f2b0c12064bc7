package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The memory of one message, which belongs to whoever holds it and goes back at {@link #release}, once. */
public final class MessageBuffer {
    private final MessageMemory memory;
    private final AtomicReference<@Nullable MemorySegment> block;
    private final MemorySegment segment;

    MessageBuffer(MessageMemory memory, MemorySegment block, int offset, long bytes) {
        this.memory = memory;
        this.block = new AtomicReference<>(block);
        this.segment = block.asSlice(offset, bytes);
    }

    /** All of it, until it is released: to read it after that is a fault that nobody notices. */
    public MemorySegment segment() {
        return segment;
    }

    /** Leaves the memory to the garbage collector, for those who look at it for as long as they like. */
    public void disown() {
        MemorySegment held = block.getAndSet(null);
        if (held != null) {
            memory.lose(held);
        }
    }

    /** Gives the memory back; a second time does nothing. */
    public void release() {
        MemorySegment held = block.getAndSet(null);
        if (held != null) {
            memory.give(held);
        }
    }
}
