package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.util.Arrays;

/**
 * One product of many rows as a range of equal pieces, each a strip of rows by a tile's width of outputs.
 *
 * <p>A strip of a matrix is a block of its rows, as many as stay in a core's cache, and its pieces follow each other; its
 * weights are widened to floats a block of inputs at a time, which stays in the first cache with a few rows of the strip.
 * A strip of a convolution is one line of the output, its rows the windows along that line; lines of one tile follow each
 * other, so that a job widens the weights once.
 */
final class PanelSweep implements RangeBody {
    /** Inputs whose weights are widened at a time: 24 KiB of floats at 256 bits. */
    private static final int BLOCK_INPUTS = 256;

    /** Bytes of a strip's activations, half of a usual second cache. */
    private static final long STRIP_BYTES = 256 << 10;

    private static final int LEAST_STRIP_ROWS = 16 * TileProduct.ROWS;
    private static final int MOST_STRIP_ROWS = 64 * TileProduct.ROWS;

    private final Linear weights;
    private final WeightWidening widening;
    private final Epilogue epilogue;
    private final ScratchPool scratches;
    private final Operand input;
    private final Operand output;
    private final int rows;
    private final int stripRows;
    private final TileProduct product;
    private final Inputs inputs;

    /** Where the rows of one side lie: the first, and the distances between rows and between strips. */
    private record Operand(float[] values, int first, int rowStride, int stripStride) {}

    /**
     * What a row of inputs is.
     *
     * @param runs stretches
     * @param length floats of one
     * @param block floats of a stretch whose weights are widened at a time; all of them if there are several stretches
     * @param together strips that follow each other with the same weights
     */
    private record Inputs(int runs, int length, int block, int together) {}

    private PanelSweep(
            Linear weights,
            Epilogue epilogue,
            ScratchPool scratches,
            Operand input,
            Operand output,
            int rows,
            int stripRows,
            TileProduct product,
            Inputs inputs) {
        this.weights = weights;
        this.widening = new WeightWidening(weights);
        this.epilogue = epilogue;
        this.scratches = scratches;
        this.input = input;
        this.output = output;
        this.rows = rows;
        this.stripRows = stripRows;
        this.product = product;
        this.inputs = inputs;
    }

    static PanelSweep ofMatrix(
            int count, Rows input, Linear weights, Epilogue epilogue, Rows output, ScratchPool pool) {
        int stripRows = stripRows(count, weights.inputs());
        Operand from = new Operand(input.values(), input.index(0), input.stride(), stripRows * input.stride());
        Operand to = new Operand(output.values(), output.index(0), output.stride(), stripRows * output.stride());
        TileProduct product = new TileProduct(input.values(), weights.inputs());
        Inputs inputs = new Inputs(1, weights.inputs(), BLOCK_INPUTS, 1);
        return new PanelSweep(weights, epilogue, pool, from, to, count, stripRows, product, inputs);
    }

    /** Equal strips of whole tiles, but for the last. */
    private static int stripRows(int count, int inputs) {
        long fitting = STRIP_BYTES / ((long) inputs * Float.BYTES);
        int most = (int) Math.clamp(fitting, LEAST_STRIP_ROWS, MOST_STRIP_ROWS);
        int strips = (count + most - 1) / most;
        int tiles = (count + strips * TileProduct.ROWS - 1) / (strips * TileProduct.ROWS);
        return tiles * TileProduct.ROWS;
    }

    static PanelSweep ofConvolution(
            FeatureMap input, Convolution convolution, Epilogue epilogue, FeatureMap output, ScratchPool pool) {
        int line = input.lineWidth() * input.channels();
        int stride = convolution.stride();
        int first = input.index(-convolution.padding(), -convolution.padding());
        Operand from = new Operand(input.values(), first, stride * input.channels(), stride * line);
        int outputLine = output.lineWidth() * output.channels();
        Operand to = new Operand(output.values(), output.index(0, 0), output.channels(), outputLine);
        int length = convolution.kernel() * input.channels();
        TileProduct product = new TileProduct(input.values(), line);
        Inputs inputs = new Inputs(convolution.kernel(), length, length, output.height());
        int rows = output.height() * output.width();
        return new PanelSweep(convolution.linear(), epilogue, pool, from, to, rows, output.width(), product, inputs);
    }

    /** How many pieces there are. */
    int pieces() {
        return tiles() * strips();
    }

    /** Multiply-adds of a piece. */
    long pieceWork() {
        return (long) stripRows * weights.inputs() * Lanes.TILE_WIDTH;
    }

    private int tiles() {
        return (weights.outputs() + Lanes.TILE_WIDTH - 1) / Lanes.TILE_WIDTH;
    }

    private int strips() {
        return (rows + stripRows - 1) / stripRows;
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int widened = -1;
        for (int piece = from; piece < to; piece++) {
            int tile = piece / inputs.together % tiles();
            int strip = piece / (inputs.together * tiles()) * inputs.together + piece % inputs.together;
            strip(strip, tile, tile == widened, scratch);
            // A row in blocks leaves the last of them behind.
            widened = inputs.block < inputs.length ? -1 : tile;
        }
        scratches.release(scratch);
    }

    private void strip(int strip, int tile, boolean isWidened, Scratch scratch) {
        int count = Math.min(stripRows, rows - strip * stripRows);
        int sumRows = (count + TileProduct.ROWS - 1) / TileProduct.ROWS * TileProduct.ROWS;
        float[] sums = scratch.sums(sumRows * Lanes.TILE_WIDTH);
        Arrays.fill(sums, 0, sumRows * Lanes.TILE_WIDTH, 0f);
        int firstOutput = tile * Lanes.TILE_WIDTH;
        for (int at = 0; at < inputs.length; at += inputs.block) {
            int length = Math.min(inputs.block, inputs.length - at);
            float[] block = scratch.block(WeightWidening.room(inputs.runs * length));
            if (!isWidened) {
                widening.widen(firstOutput, at, inputs.runs * length, block);
            }
            multiply(input.first + strip * input.stripStride + at, count, length, block, sums);
        }
        int outputs = Math.min(Lanes.TILE_WIDTH, weights.outputs() - firstOutput);
        int target = output.first + strip * output.stripStride + firstOutput;
        for (int row = 0; row < count; row++, target += output.rowStride) {
            TileStore.store(
                    sums,
                    row * Lanes.TILE_WIDTH,
                    false,
                    weights,
                    firstOutput,
                    outputs,
                    epilogue,
                    output.values,
                    target);
        }
    }

    private void multiply(int source, int count, int length, float[] block, float[] sums) {
        int last = source + (count - 1) * input.rowStride;
        for (int row = 0; row < count; row += TileProduct.ROWS) {
            int row0 = source + row * input.rowStride;
            // A tile that reaches past the last row computes that row again; nobody stores it.
            int row1 = Math.min(last, row0 + input.rowStride);
            int row2 = Math.min(last, row1 + input.rowStride);
            product.multiply(row0, row1, row2, inputs.runs, length, block, 0, sums, row * Lanes.TILE_WIDTH);
        }
    }
}
