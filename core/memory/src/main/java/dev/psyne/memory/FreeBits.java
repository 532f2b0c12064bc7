package dev.psyne.memory;

/**
 * A set of small integers that finds its least in a few steps: a bit per member, above it a bit for each word that is
 * not zero, and so on up to one word. Not thread-safe.
 */
final class FreeBits {
    private static final int WORD_SHIFT = 6;

    private final long[][] levels;

    /** An empty set of integers from 0 to size - 1. */
    FreeBits(int size) {
        int depth = 1;
        for (int words = words(size); words > 1; words = words(words)) {
            depth++;
        }
        levels = new long[depth][];
        int bits = size;
        for (int level = 0; level < depth; level++) {
            levels[level] = new long[words(bits)];
            bits = words(bits);
        }
    }

    boolean contains(int member) {
        return (levels[0][member >>> WORD_SHIFT] & (1L << member)) != 0;
    }

    void add(int member) {
        int index = member;
        for (long[] level : levels) {
            long before = level[index >>> WORD_SHIFT];
            level[index >>> WORD_SHIFT] = before | (1L << index);
            if (before != 0) {
                return;
            }
            index >>>= WORD_SHIFT;
        }
    }

    void remove(int member) {
        int index = member;
        for (long[] level : levels) {
            long after = level[index >>> WORD_SHIFT] & ~(1L << index);
            level[index >>> WORD_SHIFT] = after;
            if (after != 0) {
                return;
            }
            index >>>= WORD_SHIFT;
        }
    }

    /** The least member, or -1 if there is none. */
    int least() {
        int index = 0;
        for (int level = levels.length - 1; level >= 0; level--) {
            long word = levels[level][index];
            if (word == 0) {
                return -1;
            }
            index = (index << WORD_SHIFT) + Long.numberOfTrailingZeros(word);
        }
        return index;
    }

    private static int words(int bits) {
        return Math.max(1, (bits + Long.SIZE - 1) >>> WORD_SHIFT);
    }
}
