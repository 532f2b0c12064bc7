package dev.psyne.vlm.internal.taught;

import dev.psyne.vlm.TaughtThing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Which taught thing each cell of a picture shows. */
public final class TaughtCells {
    /** What a cell shows that shows no taught thing. */
    public static final int NONE = -1;

    /** Up to here a cell shows background, which is no thing. */
    private static final float BACKGROUND = 0.05f;

    /** A cell beside one that shows a thing shows it too from so much under the threshold on: the edges of a thing are blurred. */
    private static final double BESIDE = 0.1;

    /** This part of a cell's likeness to the nearest known name speaks against its being a taught thing. */
    private static final double AGAINST = 0.7;

    private static final float CERTAIN = 0.9f;

    private TaughtCells() {}

    /**
     * The thing each cell shows, by its index, or {@link #NONE}: the one whose threshold its evidence passes by most, if it is less like
     * any known name. One cell is not enough where those beside it show something too.
     */
    public static int[] find(CellEvidence picture, List<TaughtThing> things) {
        int[] found = new int[picture.cells()];
        Arrays.fill(found, NONE);
        if (things.isEmpty()) {
            return found;
        }
        double[][] over = new double[things.size()][];
        for (int thing = 0; thing < over.length; thing++) {
            over[thing] = over(picture, things.get(thing));
        }
        Deque<Integer> open = new ArrayDeque<>();
        for (int cell = 0; cell < found.length; cell++) {
            int best = best(over, cell);
            if (over[best][cell] >= 0 && !isAlone(picture, over[best], cell)) {
                found[cell] = best;
                open.add(cell);
            }
        }
        while (!open.isEmpty()) {
            int cell = open.remove();
            for (int neighbour : Neighbours.of(cell, picture.grid())) {
                if (found[neighbour] == NONE && over[found[cell]][neighbour] >= -BESIDE) {
                    found[neighbour] = found[cell];
                    open.add(neighbour);
                }
            }
        }
        return found;
    }

    /**
     * Makes each run of touching cells that show a taught thing one thing: its likeliest centre becomes certain, the others
     * vanish. The encoder was never told where a thing that it was not trained to name begins and ends.
     *
     * @param centres the chance of each cell that it holds a centre
     */
    public static void centre(float[] centres, int[] found, int grid) {
        boolean[] seen = new boolean[found.length];
        for (int start = 0; start < found.length; start++) {
            if (found[start] != NONE && !seen[start]) {
                int centre = start;
                for (int cell : run(found, start, grid, seen)) {
                    centre = centres[cell] > centres[centre] ? cell : centre;
                }
                float chance = Math.max(CERTAIN, centres[centre]);
                for (int cell : run(found, start, grid, new boolean[found.length])) {
                    centres[cell] = 0;
                }
                centres[centre] = chance;
            }
        }
    }

    private static List<Integer> run(int[] found, int start, int grid, boolean[] seen) {
        List<Integer> cells = new ArrayList<>(List.of(start));
        seen[start] = true;
        for (int next = 0; next < cells.size(); next++) {
            for (int neighbour : Neighbours.of(cells.get(next), grid)) {
                if (!seen[neighbour] && found[neighbour] == found[start]) {
                    seen[neighbour] = true;
                    cells.add(neighbour);
                }
            }
        }
        return cells;
    }

    private static boolean isAlone(CellEvidence picture, double[] over, int cell) {
        boolean alone = false;
        for (int neighbour : Neighbours.of(cell, picture.grid())) {
            if (over[neighbour] >= 0) {
                return false;
            }
            alone |= picture.shown()[neighbour] >= BACKGROUND;
        }
        return alone;
    }

    private static int best(double[][] over, int cell) {
        int best = 0;
        for (int thing = 1; thing < over.length; thing++) {
            best = over[thing][cell] > over[best][cell] ? thing : best;
        }
        return best;
    }

    /** How far each cell is over the thing's threshold; never, where it shows background or is more like a known name. */
    private static double[] over(CellEvidence picture, TaughtThing thing) {
        List<float[]> prototypes = thing.prototypes();
        double[] over = new double[picture.cells()];
        for (int cell = 0; cell < over.length; cell++) {
            double likeness = picture.shown()[cell] < BACKGROUND ? -1 : likeness(picture, cell, prototypes);
            over[cell] = likeness > picture.named()[cell]
                    ? evidence(likeness, picture.named()[cell]) - thing.threshold()
                    : Double.NEGATIVE_INFINITY;
        }
        return over;
    }

    /** How far a cell shows a thing that it is so much like, and so much like a known name. */
    static double evidence(double likeness, double named) {
        return likeness - AGAINST * named;
    }

    /** The likeness of a cell to the prototype most like it. */
    static double likeness(CellEvidence picture, int cell, List<float[]> prototypes) {
        double most = -1;
        for (float[] prototype : prototypes) {
            most = Math.max(most, picture.likeness(cell, prototype));
        }
        return most;
    }
}
