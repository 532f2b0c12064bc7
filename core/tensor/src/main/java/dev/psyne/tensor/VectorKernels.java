package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import dev.psyne.fiber.Scheduler;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The kernels on the Vector API. */
final class VectorKernels implements Kernels {
    /** Multiply-adds worth a job of their own, some ten microseconds. */
    private static final long JOB_WORK = 1 << 18;

    /** Rows of a strip: a multiple of the tile's, few enough that a strip of activations stays in the cache. */
    private static final int STRIP_ROWS = 16 * TileProduct.ROWS;

    /** Scratches kept per worker; a few more than one, because callers help. */
    private static final int SCRATCHES_PER_WORKER = 4;

    private final Scheduler scheduler;
    private final ScratchPool scratches;

    VectorKernels(Scheduler scheduler) {
        this.scheduler = scheduler;
        int slots = SCRATCHES_PER_WORKER * (scheduler.workers() + 1);
        this.scratches = new ScratchPool(slots, TileProduct.ROWS * Lanes.PANEL_WIDTH);
    }

    @Override
    public String description() {
        return Lanes.describe();
    }

    @Override
    public Linear linear(Tensor weight, float[] scale, float[] bias) {
        return Linear.pack(weight, Lanes.PANEL_WIDTH, scale, bias);
    }

    @Override
    public Convolution convolution(Tensor weight, float[] scale, float[] bias, int stride, int padding) {
        return Convolution.pack(weight, Lanes.PANEL_WIDTH, scale, bias, stride, padding);
    }

    @Override
    public void gemm(int count, Rows input, Linear weights, Epilogue epilogue, Rows output) {
        KernelArguments.gemm(count, input, weights, output);
        requirePacking(weights);
        if (count == 1 && weights.type() == ElementType.I8) {
            multiplyRow(input, weights, epilogue, output);
        } else if (count > 0) {
            PanelSweep sweep = PanelSweep.ofMatrix(count, STRIP_ROWS, input, weights, epilogue, output, scratches);
            share(sweep.pieces(), sweep.pieceWork(), sweep);
        }
    }

    private void multiplyRow(Rows input, Linear weights, Epilogue epilogue, Rows output) {
        Scratch scratch = scratches.acquire();
        float[] tile = scratch.tile();
        for (int panel = 0; panel < weights.panels(); panel++) {
            TileProduct.multiplyRow(
                    input.values(), input.index(0), weights.inputs(), weights.bytes(), weights.panelIndex(panel), tile);
            int target = output.index(0) + panel * Lanes.PANEL_WIDTH;
            TileStore.store(tile, 0, weights, panel, epilogue, output.values(), target);
        }
        scratches.release(scratch);
    }

    @Override
    public void conv2d(FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output) {
        weights.require(input, output);
        requirePacking(weights.linear());
        PanelSweep sweep = PanelSweep.ofConvolution(input, weights, epilogue, output, scratches);
        share(sweep.pieces(), sweep.pieceWork(), sweep);
    }

    private static void requirePacking(Linear weights) {
        if (weights.panelWidth() != Lanes.PANEL_WIDTH) {
            throw new IllegalArgumentException("weights packed by other kernels, " + weights.panelWidth() + " wide");
        }
    }

    private void share(int pieces, long pieceWork, RangeBody body) {
        int grain = (int) Math.max(1, Math.min(pieces, JOB_WORK / Math.max(1, pieceWork)));
        if (grain >= pieces) {
            body.run(0, pieces);
        } else {
            scheduler.parallelFor(0, pieces, grain, body);
        }
    }

    @Override
    public void rmsNorm(int count, Rows input, float[] weight, Rows output) {
        KernelArguments.rmsNorm(count, input, weight, output);
        for (int row = 0; row < count; row++) {
            rmsNorm(input.values(), input.index(row), weight, output.values(), output.index(row));
        }
    }

    private static void rmsNorm(float[] input, int source, float[] weight, float[] output, int target) {
        int vectors = Lanes.FLOATS.loopBound(weight.length);
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector x = Lanes.load(input, source + i);
            sum = x.fma(x, sum);
        }
        float squares = sum.reduceLanes(VectorOperators.ADD);
        for (int i = vectors; i < weight.length; i++) {
            squares = Math.fma(input[source + i], input[source + i], squares);
        }
        float factor = (float) (1 / Math.sqrt(squares / weight.length + RMS_EPSILON));
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            FloatVector x = Lanes.load(input, source + i).mul(factor);
            x.mul(Lanes.load(weight, i)).intoArray(output, target + i);
        }
        for (int i = vectors; i < weight.length; i++) {
            output[target + i] = input[source + i] * factor * weight[i];
        }
    }

    @Override
    public void softmax(int count, Rows rows) {
        rows.require("rows", count, rows.width());
        for (int row = 0; row < count; row++) {
            VectorSoftmax.softmax(rows.values(), rows.index(row), rows.width());
        }
    }

    @Override
    public void attention(
            int heads, int count, Rows queries, Rows keys, Rows values, int visible, boolean causal, Rows output) {
        KernelArguments.attention(heads, count, queries, keys, values, visible, causal, output);
        VectorAttention attention =
                new VectorAttention(heads, queries, keys, values, visible, causal, output, scratches);
        long rowWork = 2L * queries.width() * (causal ? visible + count : visible);
        share(count, rowWork, attention);
    }
}
