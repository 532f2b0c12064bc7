package dev.psyne.net;

import dev.psyne.memory.Region;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one request body or WebSocket message, reserved from the byte budget before they are read. Native memory,
 * except for small ones, which would pay more for a mapping than for their bytes. Filled by one event loop, then handed to
 * one job; {@link #release} gives memory and reservation back once, however often and from wherever it is called.
 */
final class Payload {
    /** Up to here the bytes lie on the heap. */
    static final int HEAP_BYTES = 16 << 10;

    private static final MemorySegment NOTHING =
            MemorySegment.ofArray(new byte[0]).asReadOnly();

    private final PayloadMemory source;
    private final AtomicBoolean released = new AtomicBoolean();
    private MemorySegment memory = NOTHING;
    private @Nullable Region region;
    private @Nullable Arena views;
    private long capacityBytes;
    private long bytes;

    Payload(PayloadMemory source) {
        this.source = source;
    }

    /** Room for {@code wantedBytes} in all, keeping what is there; false if the budget has not that much left. */
    boolean reserve(long wantedBytes) {
        if (wantedBytes <= capacityBytes) {
            return true;
        }
        if (!source.budget().tryReserve(wantedBytes)) {
            return false;
        }
        Region grownRegion = wantedBytes > HEAP_BYTES ? takeReserved(wantedBytes) : null;
        MemorySegment grown =
                grownRegion == null ? MemorySegment.ofArray(new byte[(int) wantedBytes]) : grownRegion.segment();
        MemorySegment.copy(memory, 0, grown, 0, bytes);
        freeMemory();
        memory = grown;
        region = grownRegion;
        capacityBytes = wantedBytes;
        return true;
    }

    /** As {@link #reserve}, but at least doubles, so that bytes of unknown number are copied a bounded number of times. */
    boolean reserveGrowing(long wantedBytes, long maxBytes) {
        return wantedBytes <= capacityBytes
                || reserve(Math.min(maxBytes, Math.max(wantedBytes, Math.max(HEAP_BYTES, 2 * capacityBytes))));
    }

    /** Takes all of {@code source}; the room must be reserved. */
    void append(ByteBuf source) {
        int length = source.readableBytes();
        MemorySegment.copy(MemorySegment.ofBuffer(source.nioBuffer()), 0, memory, bytes, length);
        source.skipBytes(length);
        bytes += length;
    }

    /** The next {@code length} reserved bytes, counted as written; the caller fills them. */
    MemorySegment extend(int length) {
        MemorySegment target = memory.asSlice(bytes, length);
        bytes += length;
        return target;
    }

    long bytes() {
        return bytes;
    }

    /** All that was written; it ends at {@link #release}. */
    MemorySegment segment() {
        Region mapped = region;
        if (mapped == null) {
            return memory.asSlice(0, bytes).asReadOnly();
        }
        if (views == null) {
            views = Arena.ofShared();
        }
        return mapped.view(views).asSlice(0, bytes).asReadOnly();
    }

    /** Shows all that was written during the call, to this thread alone, which costs far less than {@link #segment}. */
    boolean isReadHere(Predicate<MemorySegment> reader) {
        Region mapped = region;
        if (mapped == null) {
            return reader.test(segment());
        }
        try (Arena during = Arena.ofConfined()) {
            return reader.test(mapped.view(during).asSlice(0, bytes).asReadOnly());
        }
    }

    void release() {
        if (released.compareAndSet(false, true)) {
            freeMemory();
            memory = NOTHING;
            bytes = 0;
            capacityBytes = 0;
        }
    }

    private Region takeReserved(long wantedBytes) {
        boolean taken = false;
        try {
            Region result = source.take(wantedBytes);
            taken = true;
            return result;
        } finally {
            if (!taken) {
                source.budget().release(wantedBytes);
            }
        }
    }

    private void freeMemory() {
        if (views != null) {
            views.close();
            views = null;
        }
        if (region != null) {
            source.give(region);
            region = null;
        }
        if (capacityBytes > 0) {
            source.budget().release(capacityBytes);
        }
    }
}
