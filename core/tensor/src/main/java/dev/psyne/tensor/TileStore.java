package dev.psyne.tensor;

import jdk.incubator.vector.FloatVector;

/** Takes a tile's sums to the output: scale, bias and the epilogue. */
final class TileStore {
    private TileStore() {}

    /**
     * Stores one row of a tile. Each step is a loop of its own, small enough for the compiler to keep vectors in registers.
     *
     * @param tile the sums, in whole vectors; used up
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
        if (isScaled) {
            addBias(tile, tileRow, weights.bias(), first, count);
        } else {
            scale(tile, tileRow, weights, first, count);
        }
        if (epilogue.accumulates()) {
            for (int i = 0; i < count; i++) {
                tile[tileRow + i] += values[output + i];
            }
        }
        switch (epilogue) {
            case STORE, ADD -> {}
            case RELU, ADD_RELU -> relu(tile, tileRow, count);
            case LEAKY_RELU -> leakyRelu(tile, tileRow, count);
            case GELU -> gelu(tile, tileRow, count);
            case GELU_ERF -> geluErf(tile, tileRow, count);
        }
        System.arraycopy(tile, tileRow, values, output, count);
    }

    private static void addBias(float[] tile, int from, float[] bias, int first, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            Lanes.load(tile, from + i).add(Lanes.load(bias, first + i)).intoArray(tile, from + i);
        }
    }

    private static void scale(float[] tile, int from, Linear weights, int first, int count) {
        float[] scale = weights.scale();
        float[] bias = weights.bias();
        for (int i = 0; i < count; i += Lanes.COUNT) {
            FloatVector sum = Lanes.load(tile, from + i);
            sum.fma(Lanes.load(scale, first + i), Lanes.load(bias, first + i)).intoArray(tile, from + i);
        }
    }

    private static void relu(float[] tile, int from, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            Lanes.load(tile, from + i).max(0f).intoArray(tile, from + i);
        }
    }

    private static void leakyRelu(float[] tile, int from, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            leakyRelu(Lanes.load(tile, from + i)).intoArray(tile, from + i);
        }
    }

    private static FloatVector leakyRelu(FloatVector result) {
        return result.max(result.mul(Epilogue.LEAKY_SLOPE));
    }

    private static void gelu(float[] tile, int from, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            VectorMath.gelu(Lanes.load(tile, from + i)).intoArray(tile, from + i);
        }
    }

    private static void geluErf(float[] tile, int from, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            VectorMath.geluErf(Lanes.load(tile, from + i)).intoArray(tile, from + i);
        }
    }

    static FloatVector activate(FloatVector result, Epilogue epilogue) {
        return switch (epilogue) {
            case STORE, ADD -> result;
            case RELU, ADD_RELU -> result.max(0f);
            case LEAKY_RELU -> leakyRelu(result);
            case GELU -> VectorMath.gelu(result);
            case GELU_ERF -> VectorMath.geluErf(result);
        };
    }
}
