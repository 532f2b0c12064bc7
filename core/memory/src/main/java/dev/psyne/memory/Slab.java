package dev.psyne.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A run of units cut into blocks of one size. What is known of a block stands here, on the Java heap, where no write
 * through a block's own segment reaches it.
 *
 * <p>A block belongs to its holder, to a cache, or to the slab. The state tells the first from the others and is changed
 * by compare-and-set, so that of two frees of one block exactly one is refused under any race. Which blocks the slab
 * itself holds is guarded by the lock of its {@link SlabClass}.
 */
final class Slab {
    private static final VarHandle STATES = MethodHandles.arrayElementVarHandle(short[].class);

    /** The state of what is not the start of a block is 0; of an allocated block, 1 + its unused bytes. */
    private static final short FREE = -1;

    private static final short FIRST_ALLOCATED = 1;
    private static final int STEP_SHIFT = Integer.numberOfTrailingZeros(SizeClasses.STEP_BYTES);

    final SlabClass sizeClass;
    final long start;

    private final int granuleShift;
    private final short[] states;
    private final FreeBits held;
    private int heldCount;

    /** Neighbours in the list of its class. */
    @Nullable
    Slab next;

    @Nullable
    Slab previous;

    Slab(SlabClass sizeClass, long start) {
        this.sizeClass = sizeClass;
        this.start = start;
        // A size is five to eight times a power of two, from 64 on: a state for each such power, not for each 64 bytes.
        granuleShift = Math.max(STEP_SHIFT, 29 - Integer.numberOfLeadingZeros(sizeClass.blockBytes - 1));
        states = new short[sizeClass.slabBytes >>> granuleShift];
        heldCount = sizeClass.blocks;
        held = new FreeBits(sizeClass.blocks);
        for (int block = 0; block < sizeClass.blocks; block++) {
            states[(block * sizeClass.blockBytes) >>> granuleShift] = FREE;
            held.add(block);
        }
    }

    /** Notes that a block taken from the slab has a holder. */
    void allocated(long offset, int bytes) {
        states[(int) (offset - start) >>> granuleShift] = (short) (FIRST_ALLOCATED + sizeClass.blockBytes - bytes);
    }

    /** Notes that a block has no holder any more; false if it had none or if no block starts there. */
    boolean freed(long offset) {
        int within = (int) (offset - start);
        int index = within >>> granuleShift;
        if (index << granuleShift != within) {
            return false;
        }
        short seen = states[index];
        return seen >= FIRST_ALLOCATED && STATES.compareAndSet(states, index, seen, FREE);
    }

    /** Takes a block out of the slab. */
    long take() {
        int block = held.least();
        held.remove(block);
        heldCount--;
        return start + (long) block * sizeClass.blockBytes;
    }

    void give(long offset) {
        held.add((int) (offset - start) / sizeClass.blockBytes);
        heldCount++;
    }

    boolean isFull() {
        return heldCount == sizeClass.blocks;
    }

    boolean isDrained() {
        return heldCount == 0;
    }

    /** Bytes asked for and bytes taken by blocks that have a holder, added to the tally. */
    void tally(Tally tally) {
        for (short state : states) {
            if (state >= FIRST_ALLOCATED) {
                tally.add(sizeClass.blockBytes - (state - FIRST_ALLOCATED), sizeClass.blockBytes);
            }
        }
    }
}
