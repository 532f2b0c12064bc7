package dev.psyne.vlm.internal.text;

import java.util.Arrays;

/** Which two tokens become which one, and which pair comes first: a hash table without boxes, open addressing. */
final class MergeTable {
    /** What {@link #find} says of a pair that stays apart. */
    static final int NONE = -1;

    private static final long EMPTY = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] results;
    private final int mask;
    private int size;

    /** A table for so many merges. */
    MergeTable(int capacity) {
        int slots = Integer.highestOneBit(Math.max(capacity, 8)) << 2;
        this.pairs = new long[slots];
        this.ranks = new int[slots];
        this.results = new int[slots];
        this.mask = slots - 1;
        Arrays.fill(pairs, EMPTY);
    }

    /** Adds a pair after all others; of a pair added twice the last rank counts. */
    void add(int left, int right, int result) {
        long pair = pair(left, right);
        int slot = slot(pair);
        while (pairs[slot] != EMPTY && pairs[slot] != pair) {
            slot = slot + 1 & mask;
        }
        pairs[slot] = pair;
        ranks[slot] = size++;
        results[slot] = result;
    }

    /** Where a pair stands, or {@link #NONE}. */
    int find(int left, int right) {
        long pair = pair(left, right);
        int slot = slot(pair);
        while (pairs[slot] != pair) {
            if (pairs[slot] == EMPTY) {
                return NONE;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** The lower, the sooner. */
    int rank(int slot) {
        return ranks[slot];
    }

    int result(int slot) {
        return results[slot];
    }

    private static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private int slot(long pair) {
        long mixed = pair * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> Integer.SIZE) & mask;
    }
}
