package dev.psyne.memory;

/**
 * The sizes blocks come in: four to each power of two, all multiples of 64 bytes, so that at most a fifth of a block
 * above 256 bytes goes unused and every block starts on a cache line.
 */
final class SizeClasses {
    /** Every size is a multiple of this many bytes. */
    static final int STEP_BYTES = 64;

    private static final int STEP_SHIFT = 6;
    private static final int STEPS = 4;

    private final int[] sizes;
    private final byte[] classes;

    /** The classes up to the largest, a power of two of at least 256. */
    SizeClasses(int largestBytes) {
        int count = STEPS * (Integer.numberOfTrailingZeros(largestBytes / (STEPS * STEP_BYTES)) + 1);
        sizes = new int[count];
        classes = new byte[(largestBytes >>> STEP_SHIFT) + 1];
        int size = 0;
        for (int sizeClass = 0; sizeClass < count; sizeClass++) {
            int octave = Math.max(0, sizeClass / STEPS - 1);
            int next = size + (STEP_BYTES << octave);
            for (int i = (size >>> STEP_SHIFT) + 1; i <= next >>> STEP_SHIFT; i++) {
                classes[i] = (byte) sizeClass;
            }
            size = next;
            sizes[sizeClass] = size;
        }
    }

    int count() {
        return sizes.length;
    }

    int size(int sizeClass) {
        return sizes[sizeClass];
    }

    int largest() {
        return sizes[sizes.length - 1];
    }

    /** The class of the smallest blocks that hold as many bytes, 1 to the largest. */
    int of(int bytes) {
        return classes[(bytes + STEP_BYTES - 1) >>> STEP_SHIFT];
    }

    /** What a block of whole units takes: the next quarter of a power of two, at least a unit. */
    static long roundToUnits(long bytes, long unitBytes) {
        long step = Math.max(unitBytes, Long.highestOneBit(Math.max(1, bytes - 1)) / STEPS);
        return (bytes + step - 1) & -step;
    }
}
