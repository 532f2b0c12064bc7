package dev.psyne.rpc.internal.region;

import dev.psyne.rpc.internal.wire.MessageLease;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory of a region that somebody here or a message that was sent still refers to; each of them holds it once. Any thread may call. */
final class Block {
    private final TensorRegion region;
    private final long offset;
    private final long bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    Block(TensorRegion region, long offset, long bytes) {
        this.region = region;
        this.offset = offset;
        this.bytes = bytes;
    }

    long offset() {
        return offset;
    }

    boolean holds(long at, long length) {
        return at >= offset && at + length <= offset + bytes;
    }

    /** Holds it once more; false if nobody did any more. */
    boolean tryHold() {
        return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    /** One of its holders needs it no more. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            region.free(offset);
        }
    }

    /** A message's share in it, which is there already. */
    MessageLease share() {
        return this::release;
    }
}
