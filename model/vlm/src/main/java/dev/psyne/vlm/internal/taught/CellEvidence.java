package dev.psyne.vlm.internal.taught;

/**
 * What a lesson and an answer read of a picture's cells.
 *
 * @param grid cells of an edge
 * @param width features of a cell
 * @param features a vector of unit length for each cell, {@code [grid * grid, width]}
 * @param shown how far a cell shows some thing and not the background, 0 to 1
 * @param named the cell's likeness to the known name that is most like it, a cosine
 */
public record CellEvidence(int grid, int width, float[] features, float[] shown, float[] named) {
    /** Checks the sizes. */
    public CellEvidence {
        int cells = grid * grid;
        if (features.length != cells * width || shown.length != cells || named.length != cells) {
            throw new IllegalArgumentException(grid + " x " + grid + " cells of " + width + " features, but "
                    + features.length + " features, " + shown.length + " and " + named.length + " cells");
        }
    }

    int cells() {
        return grid * grid;
    }

    /** The cosine of a cell and a vector of unit length. */
    double likeness(int cell, float[] unit) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += (double) features[cell * width + i] * unit[i];
        }
        return sum;
    }
}
