package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost products of attention: four rows by two vectors, summed in registers. Where there are fewer rows the last
 * one stands in for those that are missing; its scores go to lines nobody reads.
 */
final class AttentionTile {
    /** Rows of a tile. */
    static final int ROWS = 4;

    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;
    private static final int COLUMNS = 2 * Lanes.COUNT;

    private final float[] queries;
    private final float[] scores;
    private final int headWidth;
    private final int line;
    private final int[] places = new int[ROWS];

    /**
     * Tiles of one piece.
     *
     * @param line distance between the scores of two rows
     */
    AttentionTile(float[] queries, float[] scores, int headWidth, int line) {
        this.queries = queries;
        this.scores = scores;
        this.headWidth = headWidth;
        this.line = line;
    }

    /** Says where a row's query, or its result, begins. */
    void place(int row, int index) {
        places[row] = index;
    }

    /** The scores of the four queries with a page of keys, to {@code to} and a line further each. */
    void score(float[] page, int keys, int to) {
        for (int column = 0; column < POSITIONS; column += COLUMNS) {
            scoreColumns(page, keys + column, to + column);
        }
    }

    private void scoreColumns(float[] page, int keys, int to) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        float[] q = queries;
        int row0 = places[0];
        int row1 = places[1];
        int row2 = places[2];
        int row3 = places[3];
        int key = keys;
        for (int i = 0; i < headWidth; i++, key += POSITIONS) {
            FloatVector k0 = Lanes.load(page, key);
            FloatVector k1 = Lanes.load(page, key + Lanes.COUNT);
            FloatVector x = Lanes.broadcast(q[row0 + i]);
            a0 = k0.fma(x, a0);
            a1 = k1.fma(x, a1);
            x = Lanes.broadcast(q[row1 + i]);
            b0 = k0.fma(x, b0);
            b1 = k1.fma(x, b1);
            x = Lanes.broadcast(q[row2 + i]);
            c0 = k0.fma(x, c0);
            c1 = k1.fma(x, c1);
            x = Lanes.broadcast(q[row3 + i]);
            d0 = k0.fma(x, d0);
            d1 = k1.fma(x, d1);
        }
        store(a0, a1, scores, to);
        store(b0, b1, scores, to + line);
        store(c0, c1, scores, to + 2 * line);
        store(d0, d1, scores, to + 3 * line);
    }

    /** The values of the first {@code visible} positions weighed by four rows of scores, to where the rows begin. */
    void mix(KeyValueCache cache, int values, int visible, int weights, float[] target) {
        int column = 0;
        for (; column <= headWidth - COLUMNS; column += COLUMNS) {
            mixColumns(cache, values + column, visible, weights, target, column);
        }
        for (; column < headWidth; column++) {
            for (int row = ROWS - 1; row >= 0; row--) {
                target[places[row] + column] = mixColumn(cache, values + column, visible, weights + row * line);
            }
        }
    }

    private void mixColumns(KeyValueCache cache, int values, int visible, int weights, float[] target, int column) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        float[] w = scores;
        for (int begin = 0; begin < visible; begin += POSITIONS) {
            float[] page = cache.page(begin / POSITIONS);
            int value = values;
            int end = weights + Math.min(begin + POSITIONS, visible);
            for (int i = weights + begin; i < end; i++, value += headWidth) {
                FloatVector v0 = Lanes.load(page, value);
                FloatVector v1 = Lanes.load(page, value + Lanes.COUNT);
                FloatVector x = Lanes.broadcast(w[i]);
                a0 = v0.fma(x, a0);
                a1 = v1.fma(x, a1);
                x = Lanes.broadcast(w[i + line]);
                b0 = v0.fma(x, b0);
                b1 = v1.fma(x, b1);
                x = Lanes.broadcast(w[i + 2 * line]);
                c0 = v0.fma(x, c0);
                c1 = v1.fma(x, c1);
                x = Lanes.broadcast(w[i + 3 * line]);
                d0 = v0.fma(x, d0);
                d1 = v1.fma(x, d1);
            }
        }
        // A row that stands in for a missing one is stored first, so that its own result stays.
        store(d0, d1, target, places[3] + column);
        store(c0, c1, target, places[2] + column);
        store(b0, b1, target, places[1] + column);
        store(a0, a1, target, places[0] + column);
    }

    private float mixColumn(KeyValueCache cache, int values, int visible, int weights) {
        float sum = 0;
        for (int position = 0; position < visible; position++) {
            float value = cache.page(position / POSITIONS)[values + position % POSITIONS * headWidth];
            sum = Math.fma(scores[weights + position], value, sum);
        }
        return sum;
    }

    private static void store(FloatVector v0, FloatVector v1, float[] target, int index) {
        v0.intoArray(target, index);
        v1.intoArray(target, index + Lanes.COUNT);
    }
}
