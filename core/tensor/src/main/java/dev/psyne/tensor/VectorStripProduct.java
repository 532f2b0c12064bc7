package dev.psyne.tensor;

/** By the Vector API: weights are widened to floats first, a few rows at a time are multiplied with them. */
final class VectorStripProduct implements StripProduct {
    private final WeightWidening widening;
    private final TileProduct product;
    private final Operand input;

    VectorStripProduct(Linear weights, Operand input) {
        this.widening = new WeightWidening(weights, Lanes.TILE_WIDTH);
        this.product = new TileProduct(input.values(), input.jump());
        this.input = input;
    }

    @Override
    public int width() {
        return Lanes.TILE_WIDTH;
    }

    @Override
    public int sumRows(int count) {
        return (count + TileProduct.ROWS - 1) / TileProduct.ROWS * TileProduct.ROWS;
    }

    @Override
    public void multiply(
            int firstOutput,
            int firstInput,
            int length,
            boolean isWidened,
            int source,
            int count,
            Scratch scratch,
            float[] sums) {
        float[] block = widening.block(scratch, firstOutput, firstInput, input.runs() * length, isWidened);
        int stride = input.rowStride();
        int last = source + (count - 1) * stride;
        for (int row = 0; row < count; row += TileProduct.ROWS) {
            int row0 = source + row * stride;
            // A tile that reaches past the last row computes that row again; nobody stores it.
            int row1 = Math.min(last, row0 + stride);
            int row2 = Math.min(last, row1 + stride);
            product.multiply(row0, row1, row2, input.runs(), length, block, 0, sums, row * Lanes.TILE_WIDTH);
        }
    }
}
