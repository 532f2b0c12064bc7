package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Claim;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A claim that goes nowhere: for a message that a full ring drops, or a reply whose requester is gone. Its memory grows to the
 * largest it was asked for.
 */
public final class DroppedClaim implements Claim {
    private static final int NOT_OPEN = -1;

    private MemorySegment scratch = MemorySegment.NULL;
    private int bytes = NOT_OPEN;

    /** Opens it for a message of that size. */
    public Claim open(int size) {
        if (scratch.byteSize() < size) {
            scratch = Arena.ofAuto().allocate(size, RecordLayout.ALIGNMENT);
        }
        bytes = size;
        return this;
    }

    @Override
    public MemorySegment segment() {
        check();
        return scratch.asSlice(0, bytes);
    }

    @Override
    public void commit() {
        abort();
    }

    @Override
    public void abort() {
        check();
        bytes = NOT_OPEN;
    }

    private void check() {
        if (bytes == NOT_OPEN) {
            throw new IllegalStateException("the claim is committed or aborted");
        }
    }
}
