package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Rows;

/**
 * What the text side reads of one picture; written once, then only read.
 *
 * @param regions one vector for each cell, {@code [cells, width]}
 * @param chances of each name in each cell, {@code [cells, names]}
 * @param blends the names' unit vectors weighted by their chances, {@code [cells, width]}
 * @param copyKeys what the copy head compares with, {@code [cells, width]}
 * @param centres whether a cell holds the centre of a thing, one value of 0 to 1 for each cell
 */
record SceneFeatures(Rows regions, Rows chances, Rows blends, Rows copyKeys, Rows centres) {

    static SceneFeatures allocate(int cells, int width, int names) {
        return new SceneFeatures(
                Rows.allocate(cells, width),
                Rows.allocate(cells, names),
                Rows.allocate(cells, width),
                Rows.allocate(cells, width),
                Rows.allocate(1, cells));
    }

    int cells() {
        return regions.capacity();
    }
}
