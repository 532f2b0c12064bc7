package dev.psyne.vlm.internal.taught;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of touching cells that show something, and the mean of their features at unit length.
 *
 * @param cells of the picture
 * @param features their mean, weighted by how far each shows something
 */
record ShownThing(List<Integer> cells, float[] features) {
    /** From here on a cell shows something, whatever the others show. */
    static final float SHOWN = 0.5f;

    /** Where no cell is as sure, those show something that are half as sure as the surest, but not under this. */
    static final float LEAST_SHOWN = 0.1f;

    /** What a picture shows, the largest first; empty if no cell shows anything. */
    static List<ShownThing> of(CellEvidence picture) {
        List<ShownThing> things = new ArrayList<>();
        boolean[] taken = new boolean[picture.cells()];
        float shown = threshold(picture);
        for (int cell = 0; cell < taken.length; cell++) {
            if (!taken[cell] && picture.shown()[cell] >= shown) {
                List<Integer> cells = grow(picture, cell, taken, shown);
                things.add(new ShownThing(cells, mean(picture, cells)));
            }
        }
        things.sort((one, other) -> other.cells.size() - one.cells.size());
        return things;
    }

    /** An encoder is less sure that there is something where it has no name for it. */
    private static float threshold(CellEvidence picture) {
        float surest = 0;
        for (int cell = 0; cell < picture.cells(); cell++) {
            surest = Math.max(surest, picture.shown()[cell]);
        }
        return Math.clamp(surest / 2, LEAST_SHOWN, SHOWN);
    }

    private static List<Integer> grow(CellEvidence picture, int start, boolean[] taken, float shown) {
        List<Integer> cells = new ArrayList<>(List.of(start));
        taken[start] = true;
        for (int next = 0; next < cells.size(); next++) {
            for (int neighbour : Neighbours.of(cells.get(next), picture.grid())) {
                if (!taken[neighbour] && picture.shown()[neighbour] >= shown) {
                    taken[neighbour] = true;
                    cells.add(neighbour);
                }
            }
        }
        return cells;
    }

    private static float[] mean(CellEvidence picture, List<Integer> cells) {
        double[] sum = new double[picture.width()];
        for (int cell : cells) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (double) picture.shown()[cell] * picture.features()[cell * sum.length + i];
            }
        }
        double squares = 0;
        for (double value : sum) {
            squares += value * value;
        }
        float[] unit = new float[sum.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (sum[i] / Math.sqrt(squares));
        }
        return unit;
    }
}
