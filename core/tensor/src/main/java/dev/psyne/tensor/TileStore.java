package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/** Takes a tile's sums to the output: scale, bias and the epilogue. */
final class TileStore {
    private TileStore() {}

    /**
     * Stores one row of a tile.
     *
     * @param tile the sums, in whole vectors; used as room for the last, narrower one
     * @param isScaled whether the scales of outputs are in the sums already
     * @param first output of the tile
     * @param count outputs of the tile
     * @param output index of the tile's first output in the row
     */
    static void store(
            float[] tile,
            int tileRow,
            boolean isScaled,
            Linear weights,
            int first,
            int count,
            Epilogue epilogue,
            float[] values,
            int output) {
        int column = 0;
        for (; column <= count - Lanes.COUNT; column += Lanes.COUNT) {
            FloatVector result = scaled(tile, tileRow + column, isScaled, weights, first + column);
            if (epilogue.accumulates()) {
                result = result.add(Lanes.load(values, output + column));
            }
            activate(result, epilogue).intoArray(values, output + column);
        }
        if (column < count) {
            FloatVector result = scaled(tile, tileRow + column, isScaled, weights, first + column);
            if (epilogue.accumulates()) {
                scaled(tile, tileRow + column, isScaled, weights, first + column)
                        .intoArray(tile, tileRow + column);
                addFormer(tile, tileRow + column, values, output + column, count - column);
                result = Lanes.load(tile, tileRow + column);
            }
            activate(result, epilogue).intoArray(tile, tileRow + column);
            System.arraycopy(tile, tileRow + column, values, output + column, count - column);
        }
    }

    private static void addFormer(float[] tile, int index, float[] values, int output, int count) {
        for (int i = 0; i < count; i++) {
            tile[index + i] += values[output + i];
        }
    }

    private static FloatVector scaled(float[] tile, int index, boolean isScaled, Linear weights, int output) {
        FloatVector sum = Lanes.load(tile, index);
        FloatVector bias = Lanes.load(weights.bias(), output);
        return isScaled ? sum.add(bias) : sum.fma(Lanes.load(weights.scale(), output), bias);
    }

    static FloatVector activate(FloatVector result, Epilogue epilogue) {
        return switch (epilogue) {
            case STORE, ADD -> result;
            case RELU, ADD_RELU -> result.max(0f);
            case GELU -> VectorMath.gelu(result);
            case GELU_ERF -> VectorMath.geluErf(result);
        };
    }
}
