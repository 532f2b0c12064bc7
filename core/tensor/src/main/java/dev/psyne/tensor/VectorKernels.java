package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import dev.psyne.fiber.Scheduler;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The kernels on the Vector API. */
final class VectorKernels implements Kernels {
    /** Multiply-adds worth a job of their own, some ten microseconds. */
    private static final long JOB_WORK = 1 << 18;

    /** Scratches kept per worker; a few more than one, because callers help. */
    private static final int SCRATCHES_PER_WORKER = 4;

    private final Scheduler scheduler;
    private final Optional<QuantizedProducts> products;
    private final ScratchPool scratches;

    /**
     * The kernels.
     *
     * @param products machine code for quantised rows, where it is available and wanted
     */
    VectorKernels(Scheduler scheduler, Optional<QuantizedProducts> products) {
        this.scheduler = scheduler;
        this.products = products;
        int slots = SCRATCHES_PER_WORKER * (scheduler.workers() + 1);
        this.scratches = new ScratchPool(slots);
    }

    /** The kernels with machine code, if it is available. */
    static VectorKernels withMachineCode(Scheduler scheduler) {
        return new VectorKernels(scheduler, MachineCode.PRODUCTS);
    }

    /** Assembled at the first use and once, since it stays until the process ends. */
    private static final class MachineCode {
        static final Optional<QuantizedProducts> PRODUCTS = MachineProducts.load();
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
            PanelSweep sweep = PanelSweep.ofMatrix(count, input, weights, epilogue, output, scratches);
            share(sweep.pieces(), sweep.pieceWork(), sweep);
        }
    }

    @Override
    public void conv2d(FeatureMap input, Convolution weights, Epilogue epilogue, FeatureMap output) {
        weights.require(input, output);
        PanelSweep sweep = PanelSweep.ofConvolution(input, weights, epilogue, output, scratches);
        share(sweep.pieces(), sweep.pieceWork(), sweep);
    }

    /** Runs as jobs of equal sizes, or here if one is enough. */
    private void share(int pieces, long pieceWork, RangeBody body) {
        long jobs = Math.min(pieces, pieces * pieceWork / JOB_WORK);
        if (jobs <= 1) {
            body.run(0, pieces);
        } else {
            scheduler.parallelFor(0, pieces, (int) ((pieces + jobs - 1) / jobs), body);
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
