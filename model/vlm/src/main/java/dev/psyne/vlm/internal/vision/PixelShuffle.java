package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;

/**
 * The connector of Idefics3 (Laurençon et al., 2024): squares of neighbouring patches become one row, which a product
 * takes to the language model's width. A row is the patches of its square row by row from the top left.
 */
public final class PixelShuffle {
    private final int side;
    private final int factor;
    private final int width;
    private final Kernels kernels;
    private final Linear projection;

    /**
     * Takes the weights.
     *
     * @param side patches along an edge of a tile
     * @param factor patches along an edge of a square
     * @param width floats of a patch
     * @param outputs floats of a row of the language model
     * @param name of the product's tensor, without {@code .weight}
     */
    public PixelShuffle(ModelWeights weights, int side, int factor, int width, int outputs, String name) {
        if (factor < 1 || side % factor != 0) {
            throw new IllegalArgumentException(side + " patches in squares of " + factor);
        }
        this.side = side;
        this.factor = factor;
        this.width = width;
        this.kernels = weights.kernels();
        this.projection = weights.linear(name, outputs, factor * factor * width);
    }

    /** Rows a tile becomes. */
    public int tokens() {
        return side / factor * (side / factor);
    }

    /** Room for the squares of a tile. */
    public Rows workspace() {
        return Rows.allocate(tokens(), projection.inputs());
    }

    /** Takes the features of a tile's patches to rows of the language model, from row {@code first} on. */
    public void run(Rows features, Rows squares, Rows output, int first) {
        int line = side / factor;
        for (int patch = 0; patch < side * side; patch++) {
            int y = patch / side;
            int x = patch % side;
            int to = squares.index(y / factor * line + x / factor) + (y % factor * factor + x % factor) * width;
            System.arraycopy(features.values(), features.index(patch), squares.values(), to, width);
        }
        kernels.gemm(tokens(), squares, projection, Epilogue.STORE, output.from(first));
    }
}
