package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import dev.psyne.fiber.Scheduler;
import java.util.List;

/** The kernels on the Vector API. */
final class VectorKernels implements Kernels {
    /** Multiply-adds worth a job of their own, some ten microseconds. */
    private static final long JOB_WORK = 1 << 18;

    /** Rows of a strip: a multiple of the tile's, few enough that a strip of activations stays in the cache. */
    private static final int STRIP_ROWS = 16 * TileProduct.ROWS;

    /** Multiply-adds that take as long as one element of an elementwise kernel. */
    private static final int ELEMENT_WORK = 16;

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
    public void depthwise(
            int height, int width, Rows input, DepthwiseConvolution weights, Epilogue epilogue, Rows output) {
        KernelArguments.depthwise(height, width, input, weights, output);
        long lineWork = (long) weights.outputSize(width) * weights.channels() * weights.kernel() * weights.kernel();
        VectorDepthwise depthwise = new VectorDepthwise(height, width, input, weights, epilogue, output);
        share(weights.outputSize(height), lineWork, depthwise);
    }

    @Override
    public void rmsNorm(int count, Rows input, float[] weight, float epsilon, Rows output) {
        KernelArguments.rmsNorm(count, input, weight, output);
        for (int row = 0; row < count; row++) {
            VectorNormalization.rms(
                    input.values(), input.index(row), weight, epsilon, output.values(), output.index(row));
        }
    }

    @Override
    public void layerNorm(int count, Rows input, float[] weight, float[] bias, float epsilon, Rows output) {
        KernelArguments.layerNorm(count, input, weight, bias, output);
        shareRows(count, weight.length, (from, to) -> {
            for (int row = from; row < to; row++) {
                VectorNormalization.layer(
                        input.values(), input.index(row), weight, bias, epsilon, output.values(), output.index(row));
            }
        });
    }

    @Override
    public void swiGlu(int count, Rows input, Rows output) {
        KernelArguments.swiGlu(count, input, output);
        shareRows(count, output.width(), (from, to) -> {
            for (int row = from; row < to; row++) {
                VectorMath.swiGlu(input.values(), input.index(row), output.values(), output.index(row), output.width());
            }
        });
    }

    @Override
    public void geluErf(int count, Rows rows) {
        rows.require("rows", count, rows.width());
        shareRows(count, rows.width(), (from, to) -> {
            for (int row = from; row < to; row++) {
                VectorMath.geluErf(rows.values(), rows.index(row), rows.width());
            }
        });
    }

    private void shareRows(int count, int width, RangeBody body) {
        share(count, (long) ELEMENT_WORK * width, body);
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

    @Override
    public void attention(int layer, List<AttentionSpan> spans, Rows queries, Rows output) {
        KernelArguments.attention(layer, spans, queries, output);
        if (!spans.isEmpty()) {
            PagedAttention attention = new PagedAttention(layer, spans, queries, output, scratches);
            int pieces = attention.pieces();
            share(pieces, attention.work() / pieces, attention);
        }
    }
}
