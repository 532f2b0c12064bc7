package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/** Takes a tile's sums to the output: scale, bias and the epilogue. */
final class TileStore {
    private TileStore() {}

    /**
     * Stores one row of a tile.
     *
     * @param tile the sums; used as room for the last, narrower panel
     * @param output index of the panel's first output in the row
     */
    static void store(
            float[] tile, int tileRow, Linear weights, int panel, Epilogue epilogue, float[] values, int output) {
        int first = panel * Lanes.PANEL_WIDTH;
        int count = weights.panelOutputs(panel);
        int column = 0;
        for (; column <= count - Lanes.COUNT; column += Lanes.COUNT) {
            FloatVector result = scaled(tile, tileRow + column, weights, first + column);
            if (epilogue.accumulates()) {
                result = result.add(Lanes.load(values, output + column));
            }
            activate(result, epilogue).intoArray(values, output + column);
        }
        if (column < count) {
            FloatVector result = scaled(tile, tileRow + column, weights, first + column);
            if (epilogue.accumulates()) {
                scaled(tile, tileRow + column, weights, first + column).intoArray(tile, tileRow + column);
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

    private static FloatVector scaled(float[] tile, int index, Linear weights, int output) {
        FloatVector scale = Lanes.load(weights.scale(), output);
        return Lanes.load(tile, index).fma(scale, Lanes.load(weights.bias(), output));
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
