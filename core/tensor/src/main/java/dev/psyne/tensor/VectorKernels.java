package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import dev.psyne.fiber.Scheduler;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kernels on the Vector API. */
final class VectorKernels implements Kernels {
    /** Multiply-adds worth a job of their own, some ten microseconds. */
    private static final long JOB_WORK = 1 << 18;

    /** More jobs would even out little more, and each begins with weights that nobody has brought near. */
    private static final int JOBS_PER_WORKER = 16;

    /** Multiply-adds that take as long as one element of an elementwise kernel. */
    private static final int ELEMENT_WORK = 16;

    /** Scratches kept per worker; a few more than one, because callers help. */
    private static final int SCRATCHES_PER_WORKER = 4;

    private final Scheduler scheduler;
    private final Optional<? extends QuantizedProducts> products;
    private final Optional<? extends FloatProducts> floats;
    private final ScratchPool scratches;

    /**
     * The kernels.
     *
     * @param products machine code for quantised rows, where it is available and wanted
     * @param floats machine code for rows of floats, likewise
     */
    VectorKernels(
            Scheduler scheduler,
            Optional<? extends QuantizedProducts> products,
            Optional<? extends FloatProducts> floats) {
        this.scheduler = scheduler;
        this.products = products;
        this.floats = floats;
        int slots = SCRATCHES_PER_WORKER * (scheduler.workers() + 1);
        this.scratches = new ScratchPool(slots);
    }

    /** The kernels with machine code, if it is available. */
    static VectorKernels withMachineCode(Scheduler scheduler) {
        return new VectorKernels(scheduler, MachineCode.PRODUCTS, MachineCode.PRODUCTS);
    }

    /** Assembled at the first use and once, since it stays until the process ends. */
    private static final class MachineCode {
        static final Optional<MachineProducts> PRODUCTS = MachineProducts.load();
    }

    @Override
    public String description() {
        return Lanes.describe()
                + products.map(machine -> "; " + machine.description()).orElse("");
    }

    @Override
    public Linear linear(Tensor weight, float[] scale, float[] bias) {
        return Linear.pack(weight, scale, bias);
    }

    @Override
    public Convolution convolution(Tensor weight, float[] scale, float[] bias, int stride, int padding) {
        return Convolution.pack(weight, scale, bias, stride, padding);
    }

    @Override
    public void gemm(int count, Rows input, Linear weights, Epilogue epilogue, Rows output) {
        KernelArguments.gemm(count, input, weights, output);
        if (count == 0) {
            return;
        }
        boolean isQuantized = weights.activations() == Activations.QUANTIZED;
        if (isQuantized && products.isPresent() && weights.layout().paddedInputs() <= QuantizedRow.MAX_INPUTS) {
            multiplyQuantized(products.get(), count, input, weights, epilogue, output);
            return;
        }
        boolean isPadded = count <= RowSweep.MOST_ROWS && weights.layout().paddedInputs() != weights.inputs();
        if (isQuantized || isPadded) {
            Scratch scratch = scratches.acquire();
            multiply(count, copied(count, input, weights, scratch), weights, epilogue, output);
            scratches.release(scratch);
        } else {
            multiply(count, input, weights, epilogue, output);
        }
    }

    private void multiplyQuantized(
            QuantizedProducts machine, int count, Rows input, Linear weights, Epilogue epilogue, Rows output) {
        Scratch scratch = scratches.acquire();
        QuantizedActivations activations =
                new QuantizedActivations(count, input, weights.layout(), machine, scratch, scratches);
        share(count, weights.inputs(), activations);
        QuantizedSweep sweep = new QuantizedSweep(count, activations, machine, weights, epilogue, output, scratches);
        share(sweep.pieces(), sweep.pieceWork(), sweep);
        scratches.release(scratch);
    }

    /** The rows with zeros for the inputs that are filled up, and rounded to what a quantised product computes with. */
    private static Rows copied(int count, Rows input, Linear weights, Scratch scratch) {
        int width = weights.layout().paddedInputs();
        Rows rows = Rows.over(scratch.rows(Math.multiplyExact(count, width)), count, width, weights.inputs());
        for (int row = 0; row < count; row++) {
            int target = rows.index(row);
            System.arraycopy(input.values(), input.index(row), rows.values(), target, weights.inputs());
            Arrays.fill(rows.values(), target + weights.inputs(), target + width, 0f);
            if (weights.activations() == Activations.QUANTIZED) {
                ActivationRounding.round(rows.values(), target, weights.layout());
            }
        }
        return rows;
    }

    private void multiply(int count, Rows input, Linear weights, Epilogue epilogue, Rows output) {
        if (count <= RowSweep.MOST_ROWS) {
            RowSweep sweep = new RowSweep(count, input, weights, epilogue, output, scratches);
            share(sweep.pieces(), sweep.pieceWork(), sweep);
        } else {
            PanelSweep sweep = PanelSweep.ofMatrix(count, input, weights, floats, epilogue, output, scratches);
            share(sweep.pieces(), sweep.pieceWork(), sweep);
        }
    }

    @Override
    public void conv2d(FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output) {
        weights.require(input, output);
        PanelSweep sweep = PanelSweep.ofConvolution(input, weights, floats, epilogue, output, scratches);
        share(sweep.pieces(), sweep.pieceWork(), sweep);
    }

    /** Runs as jobs of equal sizes, or here if one is enough. */
    private void share(int pieces, long pieceWork, RangeBody body) {
        long most = Math.min(pieces, (long) JOBS_PER_WORKER * scheduler.workers());
        long jobs = Math.min(most, pieces * pieceWork / JOB_WORK);
        if (jobs <= 1) {
            body.run(0, pieces);
        } else {
            scheduler.parallelFor(0, pieces, (int) ((pieces + jobs - 1) / jobs), body);
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
    public void logSumExp(int count, Rows rows, double[] sums) {
        KernelArguments.logSumExp(count, rows, sums);
        shareRows(count, rows.width(), (from, to) -> {
            for (int row = from; row < to; row++) {
                sums[row] = VectorSoftmax.logSumExp(rows.values(), rows.index(row), rows.width());
            }
        });
    }

    @Override
    public void attention(int layer, List<AttentionSpan> spans, Rows queries, Rows output) {
        KernelArguments.attention(layer, spans, queries, output);
        if (!spans.isEmpty()) {
            PagedAttention attention = new PagedAttention(layer, spans, queries, floats, output, scratches);
            int pieces = attention.pieces();
            share(pieces, attention.work() / pieces, attention);
        }
    }
}
