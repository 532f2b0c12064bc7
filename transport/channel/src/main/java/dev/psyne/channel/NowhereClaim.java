package dev.psyne.channel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A claim whose commit goes nowhere, for a reply whose requester is gone. Its memory grows to the largest it was asked for. */
final class NowhereClaim implements Claim {
    private static final int NOT_OPEN = -1;
    private static final long ALIGNMENT = 8;

    private MemorySegment scratch = MemorySegment.NULL;
    private int bytes = NOT_OPEN;

    Claim open(int size) {
        if (scratch.byteSize() < size) {
            scratch = Arena.ofAuto().allocate(size, ALIGNMENT);
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
