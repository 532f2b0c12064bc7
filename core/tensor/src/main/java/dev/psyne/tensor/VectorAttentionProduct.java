package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/** By the Vector API: four rows by two vectors, summed in registers. Results are {@code [rows][head width]}. */
final class VectorAttentionProduct implements AttentionProduct {
    /** Rows of a tile. */
    private static final int ROWS = 4;

    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;
    private static final int COLUMNS = 2 * Lanes.COUNT;

    private final int headWidth;

    VectorAttentionProduct(int headWidth) {
        this.headWidth = headWidth;
    }

    @Override
    public int rows(int rows) {
        return (rows + ROWS - 1) / ROWS * ROWS;
    }

    @Override
    public int resultFloats() {
        return headWidth;
    }

    @Override
    public void score(int rows, float[] queries, float[] page, int keys, float[] scores, int at, int line) {
        for (int row = 0; row < rows; row += ROWS) {
            for (int column = 0; column < POSITIONS; column += COLUMNS) {
                scoreColumns(queries, row * headWidth, page, keys + column, scores, at + row * line + column, line);
            }
        }
    }

    private void scoreColumns(float[] q, int row0, float[] page, int keys, float[] scores, int to, int line) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        int row1 = row0 + headWidth;
        int row2 = row1 + headWidth;
        int row3 = row2 + headWidth;
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

    @Override
    public void mix(
            int rows, float[] scores, int at, int line, int positions, float[] page, int values, float[] results) {
        for (int row = 0; row < rows; row += ROWS) {
            int from = at + row * line;
            int to = row * headWidth;
            int column = 0;
            for (; column <= headWidth - COLUMNS; column += COLUMNS) {
                mixColumns(scores, from, line, positions, page, values + column, results, to + column);
            }
            for (; column < headWidth; column++) {
                for (int i = 0; i < ROWS; i++) {
                    results[to + i * headWidth + column] +=
                            mixColumn(scores, from + i * line, positions, page, values + column);
                }
            }
        }
    }

    private void mixColumns(
            float[] w, int from, int line, int positions, float[] page, int values, float[] results, int to) {
        int to1 = to + headWidth;
        int to2 = to1 + headWidth;
        int to3 = to2 + headWidth;
        FloatVector a0 = Lanes.load(results, to);
        FloatVector a1 = Lanes.load(results, to + Lanes.COUNT);
        FloatVector b0 = Lanes.load(results, to1);
        FloatVector b1 = Lanes.load(results, to1 + Lanes.COUNT);
        FloatVector c0 = Lanes.load(results, to2);
        FloatVector c1 = Lanes.load(results, to2 + Lanes.COUNT);
        FloatVector d0 = Lanes.load(results, to3);
        FloatVector d1 = Lanes.load(results, to3 + Lanes.COUNT);
        int value = values;
        for (int i = from; i < from + positions; i++, value += headWidth) {
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
        store(a0, a1, results, to);
        store(b0, b1, results, to1);
        store(c0, c1, results, to2);
        store(d0, d1, results, to3);
    }

    private float mixColumn(float[] scores, int from, int positions, float[] page, int values) {
        float sum = 0;
        for (int position = 0; position < positions; position++) {
            sum = Math.fma(scores[from + position], page[values + position * headWidth], sum);
        }
        return sum;
    }

    @Override
    public void store(int rows, int row, float[] results, float factor, float[] target, int index) {
        for (int i = 0; i < headWidth; i++) {
            target[index + i] = results[row * headWidth + i] * factor;
        }
    }

    private static void store(FloatVector v0, FloatVector v1, float[] target, int index) {
        v0.intoArray(target, index);
        v1.intoArray(target, index + Lanes.COUNT);
    }
}
