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
     * Memory of the frame; null if a block has to be added first.
     *
     * @throws FrameExhaustedException if no block may be added either
     */
    @Nullable
    MemorySegment allocate(Frame now, long bytes, long alignment) {
        if (frame != now) {
            begin(now);
        }
        long at = position[POSITION] + alignment - 1 & -alignment;
        if (bytes > end - at) {
            return allocateFromNext(now, bytes);
        }
        position[POSITION] = at + bytes;
        return block.asSlice(at, bytes);
    }

    /** Adds a block to be used next in that frame, or in a later one. */
    void add(Frame now, Region region) {
        if (frame != now) {
            begin(now);
        }
        refuseBeyondLimit(now, region.bytes(), region.bytes());
        chains.get(now.slot()).add(taken, region);
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

    private @Nullable MemorySegment allocateFromNext(Frame now, long bytes) {
        List<Region> chain = chains.get(now.slot());
        for (int i = taken; i < chain.size(); i++) {
            if (chain.get(i).bytes() >= bytes) {
                MemorySegment view = now.view(chain.get(i));
                Collections.swap(chain, taken, i);
                taken++;
                // What is larger than a block has one to itself, and the block in use goes on.
                if (bytes <= blockBytes) {
                    block = view;
                    end = view.byteSize();
                    position[POSITION] = bytes;
                }
                return view.asSlice(0, bytes);
            }
        }
        refuseBeyondLimit(now, bytes, Math.max(bytes, blockBytes));
        return null;
    }

    private void refuseBeyondLimit(Frame now, long asked, long bytes) {
        long held = chains.get(now.slot()).stream().mapToLong(Region::bytes).sum();
        if (bytes > limitBytes - held) {
            throw new FrameExhaustedException(asked, bytes, held, limitBytes, now.number());
        }
    }
}
