package dev.psyne.rpc.internal.region;

import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.ValueCodec;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What one message that has come says by reference, in place for as long as an arena lives. One thread's. */
final class MappedReferences implements MessageReferences {
    private static final int REGION_ALIGNMENT = 64;
    private static final int FILE_ALIGNMENT = 8;

    private final LinkRegions regions;
    private final Arena arena;
    private final MessageReferences others;

    /** Of the tensors that were read. */
    private final List<Long> addresses = new ArrayList<>(1);

    MappedReferences(LinkRegions regions, Arena arena, MessageReferences others) {
        this.regions = regions;
        this.arena = arena;
        this.others = others;
    }

    List<Long> addresses() {
        return addresses;
    }

    @Override
    public MemorySegment elements(int lease, long offset, long bytes) {
        Known known = regions.known(lease);
        int alignment = known.isFile() ? FILE_ALIGNMENT : REGION_ALIGNMENT;
        long size = known.region().bytes();
        if (offset < 0 || bytes < 0 || offset > size || bytes > size - offset || offset % alignment != 0) {
            throw new IllegalArgumentException(
                    bytes + " bytes at " + offset + " of region " + Integer.toUnsignedString(lease) + ", which has "
                            + size + "; they begin at a multiple of " + alignment);
        }
        MemorySegment elements;
        try {
            elements = known.region().view(arena).asSlice(offset, bytes).asReadOnly();
        } catch (IllegalStateException closed) {
            throw LinkRegions.gone(lease);
        }
        addresses.add(elements.address());
        return elements;
    }

    @Override
    public Object callback(int number, ValueCodec.Callback codec) {
        return others.callback(number, codec);
    }
}
