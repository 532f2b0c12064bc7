package dev.psyne.vlm.internal.batch;

import dev.psyne.tensor.Rows;

/** What a sequence begins with: tokens, and places in pictures whose rows are given. Immutable. */
public final class Prompt {
    private final long[] symbols;
    private final int[] rows;
    private final Rows pictures;

    /**
     * A prompt.
     *
     * @param symbols one for each position: a token's id, or a negative number that stands for one row of one picture
     * @param pictures the rows of all pictures in order, one for each negative symbol
     */
    public Prompt(long[] symbols, Rows pictures) {
        this.symbols = symbols.clone();
        this.pictures = pictures;
        this.rows = new int[symbols.length];
        int places = 0;
        for (int position = 0; position < symbols.length; position++) {
            rows[position] = places;
            places += symbols[position] < 0 ? 1 : 0;
        }
        if (places != pictures.capacity()) {
            throw new IllegalArgumentException(places + " places for " + pictures.capacity() + " rows of pictures");
        }
    }

    /** A symbol for a row of the picture of a number. */
    public static long pictureSymbol(long picture, int row) {
        // The golden ratio's multiples spread rows over all numbers.
        return (picture + row * 0x9E3779B97F4A7C15L) | Long.MIN_VALUE;
    }

    /** Positions. */
    public int length() {
        return symbols.length;
    }

    long[] symbols() {
        return symbols;
    }

    /** Copies the row of a picture that has its place at a position. */
    void copyRow(int position, Rows target, int row) {
        int from = pictures.index(rows[position]);
        System.arraycopy(pictures.values(), from, target.values(), target.index(row), pictures.width());
    }
}
