package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.util.Arrays;
import java.util.Optional;

/**
 * One product of many rows as a range of equal pieces, each a strip of rows by a tile's width of outputs.
 *
 * <p>A strip of a matrix is a block of its rows, as many as stay in a core's cache, and its pieces follow each other; its
 * weights are widened to floats a block of inputs at a time, which stays in the first cache with a few rows of the strip.
 * A strip of a convolution is one line of the output, its rows the windows along that line; lines of one tile follow each
 * other, so that a job widens the weights once.
 */
final class PanelSweep implements RangeBody {
    /** Inputs whose weights are multiplied at a time: 16 KiB of F32, 24 KiB widened for the Vector API at 256 bits. */
    private static final int BLOCK_INPUTS = 256;

    /** Bytes of a strip's activations, half of a usual second cache. */
    private static final long STRIP_BYTES = 256 << 10;

    /** Rows of whole tiles in every variant. */
    private static final int TILE_ROWS = 12;

    private static final int LEAST_STRIP_ROWS = 4 * TILE_ROWS;
    private static final int MOST_STRIP_ROWS = 16 * TILE_ROWS;

    private final Linear weights;
    private final StripProduct product;
    private final Epilogue epilogue;
    private final ScratchPool scratches;
    private final Side input;
    private final Side output;
    private final Strips strips;

    /** Where the rows of one side lie: the first, and the distances between rows and between strips. */
    private record Side(float[] values, int first, int rowStride, int stripStride) {}

    /**
     * What the strips are.
     *
     * @param rows in all
     * @param stripRows of one
     * @param length floats of a row's stretch
     * @param block floats of a stretch whose weights are multiplied at a time; all of them if there are several stretches
     * @param together strips that follow each other with the same weights
     */
    private record Strips(int rows, int stripRows, int length, int block, int together) {
        int count() {
            return (rows + stripRows - 1) / stripRows;
        }
    }

    private PanelSweep(
            Linear weights,
            StripProduct product,
            Epilogue epilogue,
            ScratchPool scratches,
            Side input,
            Side output,
            Strips strips) {
        this.weights = weights;
        this.product = product;
        this.epilogue = epilogue;
        this.scratches = scratches;
        this.input = input;
        this.output = output;
        this.strips = strips;
    }

    static PanelSweep ofMatrix(
            int count,
            Rows input,
            Linear weights,
            Optional<? extends FloatProducts> machine,
            Epilogue epilogue,
            Rows output,
            ScratchPool pool) {
        int inputs = weights.inputs();
        int stripRows = stripRows(count, inputs);
        Side from = new Side(input.values(), input.index(0), input.stride(), stripRows * input.stride());
        Side to = new Side(output.values(), output.index(0), output.stride(), stripRows * output.stride());
        StripProduct product =
                StripProduct.of(machine, weights, new StripProduct.Operand(input.values(), input.stride(), 1, inputs));
        Strips strips = new Strips(count, stripRows, inputs, BLOCK_INPUTS, 1);
        return new PanelSweep(weights, product, epilogue, pool, from, to, strips);
    }

    /** Equal strips of whole tiles, but for the last. */
    private static int stripRows(int count, int inputs) {
        long fitting = STRIP_BYTES / ((long) inputs * Float.BYTES);
        int most = (int) Math.clamp(fitting, LEAST_STRIP_ROWS, MOST_STRIP_ROWS);
        int strips = (count + most - 1) / most;
        int tiles = (count + strips * TILE_ROWS - 1) / (strips * TILE_ROWS);
        return tiles * TILE_ROWS;
    }

    static PanelSweep ofConvolution(
            FeatureMap input,
            Convolution convolution,
            Optional<? extends FloatProducts> machine,
            Epilogue epilogue,
            FeatureMap output,
            ScratchPool pool) {
        Linear weights = convolution.linear();
        int line = input.lineWidth() * input.channels();
        int rowStride = convolution.stride() * input.channels();
        int first = input.index(-convolution.padding(), -convolution.padding());
        Side from = new Side(input.values(), first, rowStride, convolution.stride() * line);
        int outputLine = output.lineWidth() * output.channels();
        Side to = new Side(output.values(), output.index(0, 0), output.channels(), outputLine);
        StripProduct product = StripProduct.of(
                machine, weights, new StripProduct.Operand(input.values(), rowStride, convolution.kernel(), line));
        int length = convolution.kernel() * input.channels();
        int rows = output.height() * output.width();
        Strips strips = new Strips(rows, output.width(), length, length, output.height());
        return new PanelSweep(weights, product, epilogue, pool, from, to, strips);
    }

    /** How many pieces there are. */
    int pieces() {
        return tiles() * strips.count();
    }

    /** Multiply-adds of a piece. */
    long pieceWork() {
        return (long) strips.stripRows * weights.inputs() * product.width();
    }

    private int tiles() {
        return (weights.outputs() + product.width() - 1) / product.width();
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int together = strips.together;
        int widened = -1;
        for (int piece = from; piece < to; piece++) {
            int tile = piece / together % tiles();
            int strip = piece / (together * tiles()) * together + piece % together;
            strip(strip, tile, tile == widened, scratch);
            // A row in blocks leaves the last of them behind.
            widened = strips.block < strips.length ? -1 : tile;
        }
        scratches.release(scratch);
    }

    private void strip(int strip, int tile, boolean isWidened, Scratch scratch) {
        int width = product.width();
        int count = Math.min(strips.stripRows, strips.rows - strip * strips.stripRows);
        int room = product.sumRows(count) * width;
        float[] sums = scratch.sums(room);
        Arrays.fill(sums, 0, room, 0f);
        int firstOutput = tile * width;
        int source = input.first + strip * input.stripStride;
        for (int at = 0; at < strips.length; at += strips.block) {
            int length = Math.min(strips.block, strips.length - at);
            product.multiply(firstOutput, at, length, isWidened, source + at, count, scratch, sums);
        }
        int outputs = Math.min(width, weights.outputs() - firstOutput);
        int target = output.first + strip * output.stripStride + firstOutput;
        for (int row = 0; row < count; row++, target += output.rowStride) {
            TileStore.store(sums, row * width, false, weights, firstOutput, outputs, epilogue, output.values, target);
        }
    }
}
