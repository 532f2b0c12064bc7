package dev.psyne.tensor;

import java.util.Optional;

/**
 * The products of attention, a piece's rows with one page at a time: queries with keys, then weights with values. Queries
 * lie behind each other, {@code [rows][head width]}, and the scores of a row in a line. Arrays have room for {@link #rows}
 * rows; what is in those beyond a piece's is not looked at.
 */
interface AttentionProduct {
    /** Machine code where there is any and a piece has rows enough for it, else the Vector API. */
    static AttentionProduct of(Optional<? extends FloatProducts> machine, int headWidth, int rows) {
        return machine.filter(_ -> MachineAttentionProduct.takes(headWidth, rows))
                .<AttentionProduct>map(products -> new MachineAttentionProduct(products, headWidth))
                .orElseGet(() -> new VectorAttentionProduct(headWidth));
    }

    /** Rows there must be room for. */
    int rows(int rows);

    /** Floats of a row's results. */
    int resultFloats();

    /**
     * The scores of a page's positions.
     *
     * @param keys index of the page's keys
     * @param scores zeros where the results go: {@code at} and a line further for each row
     */
    void score(int rows, float[] queries, float[] page, int keys, float[] scores, int at, int line);

    /**
     * Adds the values of a page's first positions, weighed by a row's scores from {@code at} on, to the row's results.
     *
     * @param values index of the page's values
     */
    void mix(int rows, float[] scores, int at, int line, int positions, float[] page, int values, float[] results);

    /** Stores the results of one of {@code rows} rows, times a factor. */
    void store(int rows, int row, float[] results, float factor, float[] target, int index);
}
