package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost product: a few rows of activations by one tile's block of weights, summed in registers.
 *
 * <p>Three rows by three vectors: nine accumulators hide the latency of two multiply-adds a cycle (four cycles on the
 * usual processors), and with three weights and three activations they fit sixteen registers. The compiler hoists all
 * loads of a step before its multiply-adds, so four rows by three vectors spill and run at half the speed, and so do six
 * by two.
 *
 * <p>A row is stretches of floats, {@code jump} apart: one for a matrix, one for each line of the window for a
 * convolution.
 */
final class TileProduct {
    /** Rows of activations in a tile. */
    static final int ROWS = 3;

    private final float[] rows;
    private final int jump;

    TileProduct(float[] rows, int jump) {
        this.rows = rows;
        this.jump = jump;
    }

    /**
     * Adds products to {@code [3][tile width]} sums.
     *
     * @param row0 index of the block in the first row; likewise the others
     * @param runs stretches of the block
     * @param length floats of a stretch
     * @param block {@code [runs * length][tile width]} weights from {@code blockIndex} on
     */
    void multiply(
            int row0, int row1, int row2, int runs, int length, float[] block, int blockIndex, float[] sums, int at) {
        FloatVector c00 = Lanes.load(sums, at);
        FloatVector c01 = Lanes.load(sums, at + Lanes.COUNT);
        FloatVector c02 = Lanes.load(sums, at + 2 * Lanes.COUNT);
        FloatVector c10 = Lanes.load(sums, at + 3 * Lanes.COUNT);
        FloatVector c11 = Lanes.load(sums, at + 4 * Lanes.COUNT);
        FloatVector c12 = Lanes.load(sums, at + 5 * Lanes.COUNT);
        FloatVector c20 = Lanes.load(sums, at + 6 * Lanes.COUNT);
        FloatVector c21 = Lanes.load(sums, at + 7 * Lanes.COUNT);
        FloatVector c22 = Lanes.load(sums, at + 8 * Lanes.COUNT);
        int w = blockIndex;
        for (int step = 0; step < runs * jump; step += jump) {
            for (int k = step; k < step + length; k++, w += Lanes.TILE_WIDTH) {
                FloatVector w0 = Lanes.load(block, w);
                FloatVector w1 = Lanes.load(block, w + Lanes.COUNT);
                FloatVector w2 = Lanes.load(block, w + 2 * Lanes.COUNT);
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
        store(sums, at, c00, c01, c02);
        store(sums, at + Lanes.TILE_WIDTH, c10, c11, c12);
        store(sums, at + 2 * Lanes.TILE_WIDTH, c20, c21, c22);
    }

    private static void store(float[] sums, int index, FloatVector v0, FloatVector v1, FloatVector v2) {
        v0.intoArray(sums, index);
        v1.intoArray(sums, index + Lanes.COUNT);
        v2.intoArray(sums, index + 2 * Lanes.COUNT);
    }
}
