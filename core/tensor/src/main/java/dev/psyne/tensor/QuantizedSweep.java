package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * One product of quantised rows as a range of pieces, each a strip of rows by a panel; a strip is as many rows as stay in a
 * core's cache, and the pieces of a strip follow each other.
 */
final class QuantizedSweep implements RangeBody {
    /** Bytes of a strip's activations, half of a usual second cache. */
    private static final long STRIP_BYTES = 256 << 10;

    /** Products worth one call, some fifty microseconds: no safepoint comes meanwhile. */
    private static final long CALL_WORK = 1 << 22;

    /** To read a weight from memory takes as long as so many products. */
    private static final int PRODUCTS_PER_WEIGHT = 4;

    private static final int PANEL = QuantizedProducts.PANEL_OUTPUTS;

    private final int count;
    private final int stripRows;
    private final QuantizedActivations activations;
    private final QuantizedProducts products;
    private final Linear weights;
    private final LinearLayout layout;
    private final Epilogue epilogue;
    private final Rows output;
    private final ScratchPool scratches;
    private final MemorySegment negatives;

    QuantizedSweep(
            int count,
            QuantizedActivations activations,
            QuantizedProducts products,
            Linear weights,
            Epilogue epilogue,
            Rows output,
            ScratchPool scratches) {
        this.count = count;
        this.stripRows = (int) Math.clamp(STRIP_BYTES / activations.stride(), 1, count);
        this.activations = activations;
        this.products = products;
        this.weights = weights;
        this.layout = weights.layout();
        this.epilogue = epilogue;
        this.output = output;
        this.scratches = scratches;
        boolean needsNegatives = products.needsNegatives() && layout.type() == WeightType.I8 && count > 1;
        this.negatives = needsNegatives ? weights.negatives(products) : MemorySegment.NULL;
    }

    /** How many pieces there are. */
    int pieces() {
        return layout.panels() * ((count + stripRows - 1) / stripRows);
    }

    /** What a piece costs in products that a float's multiply-add costs as much as. */
    long pieceWork() {
        return (long) layout.paddedInputs() * PANEL * Math.max(1, stripRows / PRODUCTS_PER_WEIGHT);
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int atOnce = (int) Math.clamp(CALL_WORK / pieceWork(), 1, layout.panels());
        for (int piece = from; piece < to; ) {
            int strip = piece / layout.panels();
            int panel = piece % layout.panels();
            int panels = Math.min(atOnce, Math.min(layout.panels() - panel, to - piece));
            multiply(strip * stripRows, panel, panels, scratch);
            piece += panels;
        }
        scratches.release(scratch);
    }

    private void multiply(int firstRow, int panel, int panels, Scratch scratch) {
        int rows = Math.min(stripRows, count - firstRow);
        int width = panels * PANEL;
        float[] sums = scratch.sums(rows * width);
        call(rows, activations.address(firstRow), panel, panels, MemorySegment.ofArray(sums), width);
        int first = panel * PANEL;
        int outputs = Math.min(width, weights.outputs() - first);
        for (int row = 0; row < rows; row++) {
            int target = output.index(firstRow + row) + first;
            TileStore.store(sums, row * width, true, weights, first, outputs, epilogue, output.values(), target);
        }
        Reference.reachabilityFence(weights);
        Reference.reachabilityFence(negatives);
    }

    private void call(int rows, long row, int panel, int panels, MemorySegment results, int width) {
        long memory = weights.segment().address();
        long from = memory + panel * layout.panelBytes();
        long scaleOffset = layout.scaleOffset(panel * PANEL, 0);
        long scales = memory + scaleOffset;
        long sums = negatives.address() + scaleOffset - layout.scalesOffset();
        int inputs = layout.paddedInputs();
        long stride = activations.stride();
        long resultStride = (long) width * Float.BYTES;
        if (layout.type() == WeightType.I4) {
            products.multiplyI4Groups(rows, row, stride, from, scales, panels, inputs, results, resultStride);
        } else if (layout.scales() == WeightScales.PER_GROUP) {
            products.multiplyI8Groups(rows, row, stride, from, scales, panels, inputs, results, resultStride, sums);
        } else {
            products.multiplyI8(rows, row, stride, from, scales, panels, inputs, results, resultStride, sums);
        }
    }
}
