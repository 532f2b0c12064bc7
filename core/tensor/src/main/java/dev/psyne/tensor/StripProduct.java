package dev.psyne.tensor;

import java.util.Optional;

/**
 * The innermost product of a {@link PanelSweep}: the rows of a strip by a block of one tile's weights. A row is one stretch
 * of floats, or several, a distance apart: the lines of a convolution's window.
 */
interface StripProduct {
    /** The rows of activations: where they are, how far one is from the next, and their stretches. */
    record Operand(float[] values, int rowStride, int runs, int jump) {}

    /** Machine code where there is any, else the Vector API. */
    static StripProduct of(Optional<? extends FloatProducts> machine, Linear weights, Operand input) {
        return machine.<StripProduct>map(products -> new MachineStripProduct(products, weights, input))
                .orElseGet(() -> new VectorStripProduct(weights, input));
    }

    /** Outputs of a tile. */
    int width();

    /** How many rows of sums {@code count} rows of activations need. */
    int sumRows(int count);

    /**
     * Adds products to {@code [sum rows][width]} sums.
     *
     * @param firstOutput of the tile
     * @param firstInput of the block, whose weights follow those of the same stretch before
     * @param length floats of each stretch
     * @param isWidened whether the same weights were the last ones with this scratch
     * @param source index of the first row's block
     */
    void multiply(
            int firstOutput,
            int firstInput,
            int length,
            boolean isWidened,
            int source,
            int count,
            Scratch scratch,
            float[] sums);
}
