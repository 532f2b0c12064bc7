package dev.psyne.vlm.internal.text;

/**
 * Byte pair encoding of one word: of all neighbours the pair with the lowest rank is merged, the leftmost first, until none
 * is left (Sennrich, Haddow and Birch 2016, section 3.2).
 *
 * <p>The symbols are a linked list in arrays and the pairs wait in a heap, so a word of n bytes takes n log n steps however
 * long it is. A pair in the heap whose symbols have changed since is passed over.
 */
final class BytePairEncoder {
    private static final int END = -1;

    private final MergeTable merges;
    private final int[] symbols;
    private final int[] next;
    private final int[] previous;
    private final int[] heapNodes;
    private final int[] heapRanks;
    private int heapSize;

    /** For one word, whose bytes are these symbols; {@code count} of them. The array is worked in. */
    private BytePairEncoder(MergeTable merges, int[] symbols, int count) {
        this.merges = merges;
        this.symbols = symbols;
        this.next = new int[count];
        this.previous = new int[count];
        this.heapNodes = new int[3 * count];
        this.heapRanks = new int[3 * count];
        for (int i = 0; i < count; i++) {
            next[i] = i + 1 < count ? i + 1 : END;
            previous[i] = i - 1;
        }
    }

    /** Merges the first {@code count} symbols and says how many are left, moved to the front. */
    static int merge(MergeTable merges, int[] symbols, int count) {
        return count < 2 ? count : new BytePairEncoder(merges, symbols, count).run(count);
    }

    private int run(int count) {
        for (int node = 0; node < count; node++) {
            offer(node);
        }
        while (heapSize > 0) {
            int node = heapNodes[0];
            int rank = heapRanks[0];
            remove();
            int slot = pair(node);
            if (slot != MergeTable.NONE && merges.rank(slot) == rank) {
                join(node, merges.result(slot));
            }
        }
        int left = 0;
        for (int node = 0; node != END; node = next[node]) {
            symbols[left++] = symbols[node];
        }
        return left;
    }

    private void join(int node, int result) {
        int gone = next[node];
        symbols[node] = result;
        symbols[gone] = END;
        next[node] = next[gone];
        if (next[node] != END) {
            previous[next[node]] = node;
        }
        offer(node);
        if (previous[node] != END) {
            offer(previous[node]);
        }
    }

    /** Where the pair of a node and its follower stands in the table. */
    private int pair(int node) {
        if (symbols[node] == END || next[node] == END) {
            return MergeTable.NONE;
        }
        return merges.find(symbols[node], symbols[next[node]]);
    }

    private void offer(int node) {
        int slot = pair(node);
        if (slot == MergeTable.NONE) {
            return;
        }
        int rank = merges.rank(slot);
        int hole = heapSize++;
        while (hole > 0) {
            int parent = (hole - 1) / 2;
            if (!before(rank, node, parent)) {
                break;
            }
            place(hole, parent);
            hole = parent;
        }
        heapRanks[hole] = rank;
        heapNodes[hole] = node;
    }

    private void remove() {
        heapSize--;
        int rank = heapRanks[heapSize];
        int node = heapNodes[heapSize];
        int hole = 0;
        for (int child = 1; child < heapSize; child = 2 * hole + 1) {
            if (child + 1 < heapSize && before(heapRanks[child + 1], heapNodes[child + 1], child)) {
                child++;
            }
            if (before(rank, node, child)) {
                break;
            }
            place(hole, child);
            hole = child;
        }
        heapRanks[hole] = rank;
        heapNodes[hole] = node;
    }

    private boolean before(int rank, int node, int place) {
        return rank < heapRanks[place] || rank == heapRanks[place] && node < heapNodes[place];
    }

    private void place(int hole, int from) {
        heapRanks[hole] = heapRanks[from];
        heapNodes[hole] = heapNodes[from];
    }
}
