package dev.psyne.fiber;

import dev.psyne.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one worker has in a {@link FrameAllocator}: for each frame that can be alive a chain of blocks, which are
 * used again from the first when their turn comes.
 *
 * <pre>
 *   slot 0   | used used us.......|  | block |
 *   slot 1   | used used used used|  | used .....|
 *                                       position ^
 * </pre>
 *
 * Nothing here waits: a job that waited could go on at another worker, and two would use one lane.
 */
final class FrameLane {
    /** Longs around the position, so that no other worker's lane comes to lie on its cache line. */
    private static final int PADDING = 16;

    private static final int POSITION = PADDING;

    /** Stands for a place. */
    static final long NO_ROOM = -1;

    private final long blockBytes;
    private final long limitBytes;
    private final List<List<Region>> chains;
    private final long[] position = new long[2 * PADDING];
    private MemorySegment block = MemorySegment.NULL;
    private long end;
    private @Nullable Frame frame;
    private int taken;

    FrameLane(int frames, long blockBytes, long limitBytes) {
        this.blockBytes = blockBytes;
        this.limitBytes = limitBytes;
        this.chains = Stream.generate(() -> (List<Region>) new ArrayList<Region>())
                .limit(frames)
                .toList();
    }

    /**
     * Where in {@link #block()} the bytes are from now on; {@link #NO_ROOM} if a block has to be added first. The caller cuts
     * the segment out: made at one place only, it need not be an object at all where it does not leave the caller.
     *
     * @throws FrameExhaustedException if no block may be added either
     */
    long reserve(Frame now, long bytes, long alignment) {
        if (frame != now) {
            begin(now);
        }
        long at = position[POSITION] + alignment - 1 & -alignment;
        if (bytes > end - at) {
            if (!takeNext(now, bytes)) {
                return NO_ROOM;
            }
            at = 0;
        }
        position[POSITION] = at + bytes;
        return at;
    }

    /** The block that was last reserved in. */
    MemorySegment block() {
        return block;
    }

    /** A block of its own for what is larger than a block, so that the one in use goes on; null if one has to be added. */
    @Nullable
    MemorySegment reserveLarge(Frame now, long bytes) {
        if (frame != now) {
            begin(now);
        }
        MemorySegment large = next(now, bytes);
        return large == null ? null : large.asSlice(0, bytes);
    }

    /** Adds a block to be used next in that frame, or in a later one; false if the worker may hold no more. */
    boolean add(Frame now, Region region) {
        if (frame != now) {
            begin(now);
        }
        if (region.bytes() > limitBytes - held(now)) {
            return false;
        }
        chains.get(now.slot()).add(taken, region);
        return true;
    }

    private void begin(Frame now) {
        if (now.isClosed()) {
            throw new IllegalStateException("the frame allocator is closed");
        }
        frame = now;
        taken = 0;
        block = MemorySegment.NULL;
        end = 0;
        position[POSITION] = 0;
    }

    private boolean takeNext(Frame now, long bytes) {
        MemorySegment next = next(now, bytes);
        if (next != null) {
            block = next;
            end = next.byteSize();
        }
        return next != null;
    }

    /** The first block with room that this frame has not used. */
    private @Nullable MemorySegment next(Frame now, long bytes) {
        List<Region> chain = chains.get(now.slot());
        for (int i = taken; i < chain.size(); i++) {
            if (chain.get(i).bytes() >= bytes) {
                MemorySegment view = now.view(chain.get(i));
                Collections.swap(chain, taken, i);
                taken++;
                return view;
            }
        }
        long wanted = Math.max(bytes, blockBytes);
        if (wanted > limitBytes - held(now)) {
            throw new FrameExhaustedException(bytes, wanted, held(now), limitBytes, now.number());
        }
        return null;
    }

    private long held(Frame now) {
        return chains.get(now.slot()).stream().mapToLong(Region::bytes).sum();
    }
}
