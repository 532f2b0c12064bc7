package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Rows;

/**
 * What the text side reads of one picture; written once, then only read.
 *
 * @param regions one vector for each cell, {@code [cells, width]}
 * @param chances of each name in each cell, {@code [cells, names]}
 * @param copies what the copy head compares with, and the names' unit vectors weighted by their chances
 * @param centres whether a cell holds the centre of a thing, one value of 0 to 1 for each cell
 */
record SceneFeatures(Rows regions, Rows chances, KeyValueCache copies, Rows centres) {

    static SceneFeatures allocate(int cells, int width, int names) {
        return new SceneFeatures(
                Rows.allocate(cells, width),
                Rows.allocate(cells, names),
                KeyValueCache.allocate(new KeyValueShape(1, 1, width), cells),
                Rows.allocate(1, cells));
    }

    int cells() {
        return regions.capacity();
    }
}
