package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;

/** One product of very few rows as a range of panels, each read once and multiplied with every row while it is in the cache. */
final class RowSweep implements RangeBody {
    /** More rows are quicker as tiles. */
    static final int MOST_ROWS = 2;

    private final int count;
    private final Rows input;
    private final Linear weights;
    private final Epilogue epilogue;
    private final Rows output;
    private final ScratchPool scratches;
    private final RowProduct product;

    /**
     * The sweep.
     *
     * @param input as wide as the weights' inputs with those filled up
     */
    RowSweep(int count, Rows input, Linear weights, Epilogue epilogue, Rows output, ScratchPool scratches) {
        this.count = count;
        this.input = input;
        this.weights = weights;
        this.epilogue = epilogue;
        this.output = output;
        this.scratches = scratches;
        this.product = new RowProduct(weights);
    }

    /** How many pieces there are. */
    int pieces() {
        return weights.layout().panels();
    }

    /** Multiply-adds of a piece. */
    long pieceWork() {
        return (long) count * weights.inputs() * LinearLayout.PANEL_OUTPUTS;
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        float[] tile = scratch.sums(LinearLayout.PANEL_OUTPUTS);
        for (int panel = from; panel < to; panel++) {
            int first = panel * LinearLayout.PANEL_OUTPUTS;
            int outputs = Math.min(LinearLayout.PANEL_OUTPUTS, weights.outputs() - first);
            for (int row = 0; row < count; row++) {
                product.multiply(panel, input.values(), input.index(row), tile);
                int target = output.index(row) + first;
                TileStore.store(tile, 0, false, weights, first, outputs, epilogue, output.values(), target);
            }
        }
        scratches.release(scratch);
    }
}
