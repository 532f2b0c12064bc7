package dev.psyne.tensor;

/**
 * Rows of one sequence within a product of many: neighbours whose keys and values are in one cache.
 *
 * @param cache holds the keys and values of the positions before and of these
 * @param firstRow the first of the rows
 * @param count how many rows
 * @param position of the first row in the sequence
 * @param causal whether a row sees the positions up to its own; otherwise it sees those of all rows
 */
public record AttentionSpan(KeyValueCache cache, int firstRow, int count, int position, boolean causal) {
    /** Checks that the cache has room. */
    public AttentionSpan {
        if (firstRow < 0 || count < 1 || position < 0 || count > cache.capacity() - position) {
            throw new IllegalArgumentException(count + " rows from row " + firstRow + ", position " + position
                    + " on, in a cache of " + cache.capacity() + " positions");
        }
    }

    /** How many positions a row sees, counted from position 0. */
    int visible(int row) {
        return causal ? position + row + 1 : position + count;
    }
}
