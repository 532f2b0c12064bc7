package dev.psyne.channel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A claim of which the caller sees the body alone, behind a header that is written already. Made once and used again. */
final class BodyClaim implements Claim {
    private @Nullable Claim whole;
    private long bodyAt;
    private long bytes;

    /** Shows a part of a claim from now on. */
    BodyClaim over(Claim claim, long from, long size) {
        whole = claim;
        bodyAt = from;
        bytes = size;
        return this;
    }

    private Claim whole() {
        Claim claim = whole;
        if (claim == null) {
            throw new IllegalStateException("the claim is committed or aborted");
        }
        return claim;
    }

    @Override
    public MemorySegment segment() {
        return whole().segment().asSlice(bodyAt, bytes);
    }

    @Override
    public void commit() {
        Claim claim = whole();
        whole = null;
        claim.commit();
    }

    @Override
    public void abort() {
        Claim claim = whole();
        whole = null;
        claim.abort();
    }
}
