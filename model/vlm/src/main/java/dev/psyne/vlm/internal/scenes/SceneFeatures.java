package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Rows;

/**
 * What the text side reads of one picture; written once, then only read. Its regions are the cells of the grid tower and,
 * after them, the things of the photo tower.
 *
 * @param cells how many regions are cells
 * @param regions one vector for each region, {@code [regions, width]}
 * @param chances of each name in each region, {@code [regions, names]}
 * @param evidence for each name in each region, {@code [regions, names]}: what its chance says beyond an even one, 0 to 1
 * @param copies what the copy head compares with, and the names' unit vectors weighted by their chances
 * @param patches what is compared with the names, at unit length, {@code [cells, width]}
 * @param centres whether a region holds the centre of a thing, one value of 0 to 1 for each
 * @param places centre of each region in shares of the picture, {@code [regions, 2]}; a cell beside it lies outside 0 to 1
 * @param areas of the regions in shares of the picture
 */
record SceneFeatures(
        int cells,
        Rows regions,
        Rows patches,
        Rows chances,
        Rows evidence,
        KeyValueCache copies,
        Rows centres,
        Rows places,
        Rows areas) {

    static SceneFeatures allocate(int cells, int things, int width, int names) {
        int count = cells + things;
        return new SceneFeatures(
                cells,
                Rows.allocate(count, width),
                Rows.allocate(cells, width),
                Rows.allocate(count, names),
                Rows.allocate(count, names),
                KeyValueCache.allocate(new KeyValueShape(1, 1, width), count),
                Rows.allocate(1, count),
                Rows.allocate(count, 2),
                Rows.allocate(1, count));
    }

    /** Floats of so many regions. */
    static long floats(int count, int width, int names) {
        long copies = 2L * width * pagePositions(count);
        return copies + count * (2L * width + 2L * names + 4);
    }

    /** Positions of the pages that hold so many. */
    static long pagePositions(int count) {
        int pages = (count + KeyValueShape.PAGE_POSITIONS - 1) / KeyValueShape.PAGE_POSITIONS;
        return (long) pages * KeyValueShape.PAGE_POSITIONS;
    }

    /** What is known of these cells, with room for things; these themselves for none. Evidence and copies are empty. */
    SceneFeatures withThings(int things) {
        if (things == 0) {
            return this;
        }
        SceneFeatures grown = allocate(cells, things, regions.width(), chances.width());
        copy(regions, grown.regions);
        copy(patches, grown.patches);
        copy(chances, grown.chances);
        copy(centres, grown.centres);
        copy(places, grown.places);
        copy(areas, grown.areas);
        return grown;
    }

    /** The same picture, in which the cells are going to show other names and other centres. */
    SceneFeatures renamed() {
        SceneFeatures fresh = allocate(cells, things(), regions.width(), chances.width());
        copy(centres, fresh.centres);
        return new SceneFeatures(
                cells, regions, patches, fresh.chances, fresh.evidence, fresh.copies, fresh.centres, places, areas);
    }

    private static void copy(Rows from, Rows to) {
        System.arraycopy(from.values(), 0, to.values(), 0, from.values().length);
    }

    /** How many regions there are. */
    int count() {
        return regions.capacity();
    }

    int things() {
        return count() - cells;
    }
}
