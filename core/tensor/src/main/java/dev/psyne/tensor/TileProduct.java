package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost products: a few rows of activations by one panel of weights, summed in registers.
 *
 * <p>Three rows by three vectors: nine accumulators hide the latency of two multiply-adds a cycle (four cycles on the
 * usual processors), and with three weights and three activations they fit sixteen registers. The compiler hoists all
 * loads of a step before its multiply-adds, so four rows by three vectors spill and run at half the speed.
 *
 * <p>A row is {@code runs} stretches of {@code length} floats, {@code jump} apart: one for a matrix, one for each line
 * of the window for a convolution.
 */
final class TileProduct {
    /** Rows of activations in a tile. */
    static final int ROWS = 3;

    private final float[] rows;
    private final int runs;
    private final int length;
    private final int jump;

    TileProduct(float[] rows, int runs, int length, int jump) {
        this.rows = rows;
        this.runs = runs;
        this.length = length;
        this.jump = jump;
    }

    /** Products of the rows that begin at three indices with a panel of floats, to {@code [3][panel width]} of {@code tile}. */
    void multiply(int row0, int row1, int row2, float[] panel, int panelIndex, float[] tile) {
        FloatVector c00 = FloatVector.zero(Lanes.FLOATS);
        FloatVector c01 = c00;
        FloatVector c02 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c12 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c22 = c00;
        int w = panelIndex;
        for (int step = 0; step < runs * jump; step += jump) {
            for (int k = step; k < step + length; k++, w += Lanes.PANEL_WIDTH) {
                FloatVector w0 = Lanes.load(panel, w);
                FloatVector w1 = Lanes.load(panel, w + Lanes.COUNT);
                FloatVector w2 = Lanes.load(panel, w + 2 * Lanes.COUNT);
                FloatVector x = Lanes.broadcast(rows[row0 + k]);
                c00 = w0.fma(x, c00);
                c01 = w1.fma(x, c01);
                c02 = w2.fma(x, c02);
                x = Lanes.broadcast(rows[row1 + k]);
                c10 = w0.fma(x, c10);
                c11 = w1.fma(x, c11);
                c12 = w2.fma(x, c12);
                x = Lanes.broadcast(rows[row2 + k]);
                c20 = w0.fma(x, c20);
                c21 = w1.fma(x, c21);
                c22 = w2.fma(x, c22);
            }
        }
        store(tile, 0, c00, c01, c02);
        store(tile, Lanes.PANEL_WIDTH, c10, c11, c12);
        store(tile, 2 * Lanes.PANEL_WIDTH, c20, c21, c22);
    }

    /** Products of one row with a panel of bytes: two steps at a time, for two sets of accumulators. */
    static void multiplyRow(float[] row, int from, int length, byte[] panel, int panelIndex, float[] tile) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        int w = panelIndex;
        int k = from;
        for (int end = from + length - 1; k < end; k += 2, w += 2 * Lanes.PANEL_WIDTH) {
            FloatVector x = Lanes.broadcast(row[k]);
            a0 = Lanes.widen(panel, w).fma(x, a0);
            a1 = Lanes.widen(panel, w + Lanes.COUNT).fma(x, a1);
            a2 = Lanes.widen(panel, w + 2 * Lanes.COUNT).fma(x, a2);
            FloatVector y = Lanes.broadcast(row[k + 1]);
            b0 = Lanes.widen(panel, w + 3 * Lanes.COUNT).fma(y, b0);
            b1 = Lanes.widen(panel, w + 4 * Lanes.COUNT).fma(y, b1);
            b2 = Lanes.widen(panel, w + 5 * Lanes.COUNT).fma(y, b2);
        }
        if (k < from + length) {
            FloatVector x = Lanes.broadcast(row[k]);
            a0 = Lanes.widen(panel, w).fma(x, a0);
            a1 = Lanes.widen(panel, w + Lanes.COUNT).fma(x, a1);
            a2 = Lanes.widen(panel, w + 2 * Lanes.COUNT).fma(x, a2);
        }
        store(tile, 0, a0.add(b0), a1.add(b1), a2.add(b2));
    }

    private static void store(float[] tile, int index, FloatVector v0, FloatVector v1, FloatVector v2) {
        v0.intoArray(tile, index);
        v1.intoArray(tile, index + Lanes.COUNT);
        v2.intoArray(tile, index + 2 * Lanes.COUNT);
    }
}
