package dev.psyne.tensor;

import java.util.List;

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

    static void layerNorm(int count, Rows input, float[] weight, float[] bias, Rows output) {
        rmsNorm(count, input, weight, output);
        if (bias.length != weight.length) {
            throw new IllegalArgumentException(weight.length + " weights and " + bias.length + " biases");
        }
    }

    static void swiGlu(int count, Rows input, Rows output) {
        input.require("input", count, 2 * output.width());
        output.require("output", count, output.width());
    }

    static void attention(int layer, List<AttentionSpan> spans, Rows queries, Rows output) {
        int rows = 0;
        for (AttentionSpan span : spans) {
            KeyValueShape shape = span.cache().shape();
            if (layer < 0 || layer >= shape.layers() || queries.width() % shape.width() != 0) {
                throw new IllegalArgumentException(
                        "layer " + layer + " of " + shape + " for queries of " + queries.width());
            }
            if (!shape.equals(spans.getFirst().cache().shape())) {
                throw new IllegalArgumentException(
                        shape + " beside " + spans.getFirst().cache().shape());
            }
            rows = Math.max(rows, span.firstRow() + span.count());
        }
        queries.require("queries", rows, queries.width());
        output.require("output", rows, queries.width());
    }

    static void depthwise(int height, int width, Rows input, DepthwiseConvolution weights, Rows output) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an image of " + height + " x " + width + " pixels");
        }
        int outputs = Math.multiplyExact(weights.outputSize(height), weights.outputSize(width));
        input.require("input", Math.multiplyExact(height, width), weights.channels());
        output.require("output", outputs, weights.channels());
    }

    static void logSumExp(int count, Rows rows, double[] sums) {
        rows.require("rows", count, rows.width());
        if (rows.width() == 0 || sums.length < count) {
            throw new IllegalArgumentException(count + " rows of " + rows.width() + ", room for " + sums.length
                    + " sums; wanted a value a row at least, and a sum for each");
        }
    }
}
