package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import jdk.incubator.vector.FloatVector;

/**
 * One product of many rows as a range of equal pieces, each a strip of rows by a panel of weights; strips of one panel
 * follow each other, so that a job widens an I8 panel to floats once and uses it while it is in its cache.
 *
 * <p>A strip of a matrix is a block of its rows; a strip of a convolution is one line of the output, its rows the
 * windows along that line.
 */
final class PanelSweep implements RangeBody {
    private final Linear weights;
    private final Epilogue epilogue;
    private final ScratchPool scratches;
    private final Operand input;
    private final Operand output;
    private final int rows;
    private final int stripRows;
    private final TileProduct product;

    /** Where the rows of one side lie: the first, and the distances between rows and between strips. */
    private static final class Operand {
        private final float[] values;
        private final int first;
        private final int rowStride;
        private final int stripStride;

        Operand(float[] values, int first, int rowStride, int stripStride) {
            this.values = values;
            this.first = first;
            this.rowStride = rowStride;
            this.stripStride = stripStride;
        }
    }

    private PanelSweep(
            Linear weights,
            Epilogue epilogue,
            ScratchPool scratches,
            Operand input,
            Operand output,
            int rows,
            int stripRows,
            TileProduct product) {
        this.weights = weights;
        this.epilogue = epilogue;
        this.scratches = scratches;
        this.input = input;
        this.output = output;
        this.rows = rows;
        this.stripRows = stripRows;
        this.product = product;
    }

    static PanelSweep ofMatrix(
            int count, int stripRows, Rows input, Linear weights, Epilogue epilogue, Rows output, ScratchPool pool) {
        Operand from = new Operand(input.values(), input.index(0), input.stride(), stripRows * input.stride());
        Operand to = new Operand(output.values(), output.index(0), output.stride(), stripRows * output.stride());
        TileProduct product = new TileProduct(input.values(), 1, weights.inputs(), weights.inputs());
        return new PanelSweep(weights, epilogue, pool, from, to, count, stripRows, product);
    }

    static PanelSweep ofConvolution(
            FeatureMap input, Convolution convolution, Epilogue epilogue, FeatureMap output, ScratchPool pool) {
        int line = input.lineWidth() * input.channels();
        int stride = convolution.stride();
        int first = input.index(-convolution.padding(), -convolution.padding());
        Operand from = new Operand(input.values(), first, stride * input.channels(), stride * line);
        int outputLine = output.lineWidth() * output.channels();
        Operand to = new Operand(output.values(), output.index(0, 0), output.channels(), outputLine);
        int window = convolution.kernel();
        TileProduct product = new TileProduct(input.values(), window, window * input.channels(), line);
        int rows = output.height() * output.width();
        return new PanelSweep(convolution.linear(), epilogue, pool, from, to, rows, output.width(), product);
    }

    /** How many pieces there are. */
    int pieces() {
        return weights.panels() * strips();
    }

    /** Multiply-adds of a piece. */
    long pieceWork() {
        return (long) stripRows * weights.inputs() * weights.panelWidth();
    }

    private int strips() {
        return (rows + stripRows - 1) / stripRows;
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int strips = strips();
        for (int piece = from; piece < to; ) {
            int panel = piece / strips;
            int end = Math.min(to, (panel + 1) * strips);
            float[] floats = panelFloats(panel, scratch);
            int index = weights.type() == ElementType.F32 ? weights.panelIndex(panel) : 0;
            for (; piece < end; piece++) {
                strip(piece - panel * strips, panel, floats, index, scratch.tile());
            }
        }
        scratches.release(scratch);
    }

    private float[] panelFloats(int panel, Scratch scratch) {
        if (weights.type() == ElementType.F32) {
            return weights.floats();
        }
        int count = weights.inputs() * Lanes.PANEL_WIDTH;
        float[] floats = scratch.panel(count);
        byte[] bytes = weights.bytes();
        int index = weights.panelIndex(panel);
        for (int i = 0; i < count; i += Lanes.COUNT) {
            FloatVector widened = Lanes.widen(bytes, index + i);
            widened.intoArray(floats, i);
        }
        return floats;
    }

    private void strip(int strip, int panel, float[] floats, int panelIndex, float[] tile) {
        int count = Math.min(stripRows, rows - strip * stripRows);
        int source = input.first + strip * input.stripStride;
        int target = output.first + strip * output.stripStride + panel * Lanes.PANEL_WIDTH;
        int last = source + (count - 1) * input.rowStride;
        for (int row = 0; row < count; row += TileProduct.ROWS) {
            int row0 = source + row * input.rowStride;
            // A tile that reaches past the last row computes that row again and does not store it.
            int row1 = Math.min(last, row0 + input.rowStride);
            int row2 = Math.min(last, row1 + input.rowStride);
            product.multiply(row0, row1, row2, floats, panelIndex, tile);
            int stored = Math.min(TileProduct.ROWS, count - row);
            for (int i = 0; i < stored; i++) {
                int to = target + (row + i) * output.rowStride;
                TileStore.store(tile, i * Lanes.PANEL_WIDTH, weights, panel, epilogue, output.values, to);
            }
        }
    }
}
