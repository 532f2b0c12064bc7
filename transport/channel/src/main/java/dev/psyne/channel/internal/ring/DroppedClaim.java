package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Claim;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A claim that goes nowhere, for a message that a full ring drops. */
final class DroppedClaim implements Claim {
    private final MemorySegment scratch;
    private int bytes = -1;

    DroppedClaim(int maxMessageBytes) {
        this.scratch = Arena.ofAuto().allocate(Math.max(1, maxMessageBytes), RecordLayout.ALIGNMENT);
    }

    Claim open(int size) {
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
        bytes = -1;
    }

    private void check() {
        if (bytes < 0) {
            throw new IllegalStateException("the claim is committed or aborted");
        }
    }
}
