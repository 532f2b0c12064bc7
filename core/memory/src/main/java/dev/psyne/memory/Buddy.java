package dev.psyne.memory;

/**
 * The binary buddy system (Knuth, The Art of Computer Programming 1, 2.5) over units: a free block of 2^k units starts
 * at a multiple of 2^k and is merged with its buddy, the other half of the next larger block, as soon as both are free.
 * What a run leaves of its block goes back at once, so that a run takes no more than it asked for. Of several blocks the
 * lowest is taken. Not thread-safe.
 */
final class Buddy {
    /** Instead of a unit: there is no block large enough. */
    static final int NONE = -1;

    private final FreeBits[] free;
    private long orders;
    private int freeUnits;

    /** All units free. */
    Buddy(int units) {
        int count = Integer.SIZE - Integer.numberOfLeadingZeros(units);
        free = new FreeBits[count];
        for (int order = 0; order < count; order++) {
            free[order] = new FreeBits(units >>> order);
        }
        release(0, units);
    }

    int freeUnits() {
        return freeUnits;
    }

    /** Units of the largest run that can be had. */
    int largestUnits() {
        return orders == 0 ? 0 : 1 << (Long.SIZE - 1 - Long.numberOfLeadingZeros(orders));
    }

    /** The first unit of a run, or {@link #NONE}. */
    int take(int units) {
        int wanted = Integer.SIZE - Integer.numberOfLeadingZeros(units - 1);
        long enough = orders & (-1L << wanted);
        if (enough == 0) {
            return NONE;
        }
        int order = Long.numberOfTrailingZeros(enough);
        int block = free[order].least();
        remove(order, block);
        int first = block << order;
        int size = 1 << order;
        freeUnits -= size;
        if (size > units) {
            release(first + units, size - units);
        }
        return first;
    }

    /** Gives a run back, as the blocks it is made of. */
    void release(int first, int units) {
        int at = first;
        int left = units;
        while (left > 0) {
            int aligned = at == 0 ? Integer.SIZE : Integer.numberOfTrailingZeros(at);
            int order = Math.min(aligned, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(left));
            releaseBlock(order, at >>> order);
            at += 1 << order;
            left -= 1 << order;
        }
        freeUnits += units;
    }

    private void releaseBlock(int order, int block) {
        int merged = order;
        int at = block;
        // The buddy of the last block of an order may lie beyond the end; then it is never free.
        while ((orders & (1L << merged)) != 0 && merged + 1 < free.length && free[merged].contains(at ^ 1)) {
            remove(merged, at ^ 1);
            at >>>= 1;
            merged++;
        }
        free[merged].add(at);
        orders |= 1L << merged;
    }

    private void remove(int order, int block) {
        free[order].remove(block);
        if (free[order].least() < 0) {
            orders &= ~(1L << order);
        }
    }
}
