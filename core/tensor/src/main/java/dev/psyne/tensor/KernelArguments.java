package dev.psyne.tensor;

/** The checks both variants make before they write anything. */
final class KernelArguments {
    private KernelArguments() {}

    static void gemm(int count, Rows input, Linear weights, Rows output) {
        input.require("input", count, weights.inputs());
        output.require("output", count, weights.outputs());
    }

    static void rmsNorm(int count, Rows input, float[] weight, Rows output) {
        input.require("input", count, weight.length);
        output.require("output", count, weight.length);
    }

    static void attention(
            int heads, int count, Rows queries, Rows keys, Rows values, int visible, boolean causal, Rows output) {
        int width = queries.width();
        if (heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(heads + " heads in a width of " + width);
        }
        int keyRows = causal ? visible + Math.max(0, count - 1) : visible;
        if (visible < 1) {
            throw new IllegalArgumentException("a query that sees " + visible + " keys");
        }
        queries.require("queries", count, width);
        keys.require("keys", keyRows, width);
        values.require("values", keyRows, width);
        output.require("output", count, width);
    }
}
