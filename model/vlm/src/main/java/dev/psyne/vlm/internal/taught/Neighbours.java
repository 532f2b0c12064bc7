package dev.psyne.vlm.internal.taught;

import java.util.Arrays;

/** The cells above, below, left and right of one. */
final class Neighbours {
    private Neighbours() {}

    static int[] of(int cell, int grid) {
        int[] found = new int[4];
        int count = 0;
        int column = cell % grid;
        if (cell >= grid) {
            found[count++] = cell - grid;
        }
        if (column > 0) {
            found[count++] = cell - 1;
        }
        if (column < grid - 1) {
            found[count++] = cell + 1;
        }
        if (cell < grid * (grid - 1)) {
            found[count++] = cell + grid;
        }
        return Arrays.copyOf(found, count);
    }
}
