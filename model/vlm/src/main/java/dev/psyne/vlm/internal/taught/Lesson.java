package dev.psyne.vlm.internal.taught;

import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.TaughtThing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns a thing from what its pictures show.
 *
 * <p>Each picture gives one prototype: the mean of the cells that show the thing. Where a picture shows several, it is the
 * one most like what the other pictures show. The threshold comes from leaving each picture out in turn: the median likeness
 * of its cells to the others' prototypes is how much alike pictures of the thing are, and the threshold lies a little under
 * that, half-way to what suits things on the average, and above what the background of the pictures and the known names reach.
 */
public final class Lesson {
    /** Under a picture's own likeness lies the threshold that it would choose. */
    private static final double OWN_SHARE = 0.94;

    /** A picture whose thing is so far under the usual likeness to those of all others shows another one. */
    private static final double UNLIKE = 0.26;

    /** Up to here a cell shows background and nothing else; what lies between is the edge of a thing. */
    private static final float EMPTY = 0.02f;

    /** The threshold is above the likeness of background and known names by this. */
    private static final double CLEAR = 0.02;

    /** Never so high that a new picture could not reach it. */
    private static final double HIGHEST_THRESHOLD = 0.93;

    private final double usual;
    private final List<float[]> names;

    /**
     * A way to learn.
     *
     * @param usual the model's threshold for things on the average, a cosine
     * @param names vectors of unit length of the known names
     */
    public Lesson(double usual, List<float[]> names) {
        this.usual = usual;
        this.names = names;
    }

    /**
     * Learns a thing.
     *
     * @param name checked
     * @param pictures what they show, in order
     * @throws LessonException if a picture shows nothing, or nothing like what the others show
     */
    public TaughtThing learn(String name, List<CellEvidence> pictures, Instant taughtAt) {
        List<ShownThing> things = choose(pictures);
        List<float[]> prototypes = things.stream().map(ShownThing::features).toList();
        List<Double> own = new ArrayList<>();
        double background = -1;
        for (int i = 0; i < pictures.size(); i++) {
            CellEvidence picture = pictures.get(i);
            List<float[]> others = without(prototypes, i);
            own.add(median(things.get(i).cells(), picture, others));
            background = Math.max(background, background(picture, others));
        }
        int odd = smallest(own);
        if (own.get(odd) < usual - UNLIKE) {
            throw new LessonException(
                    odd,
                    "Picture " + (odd + 1)
                            + " shows something unlike the others; take it out, or give pictures in which" + " '" + name
                            + "' is alone and large.");
        }
        double mean = own.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double named =
                names.stream().mapToDouble(unit -> best(prototypes, unit)).max().orElse(-1);
        double threshold = Math.max((OWN_SHARE * mean + usual) / 2, Math.max(background, named) + CLEAR);
        return new TaughtThing(name, pictures.size(), taughtAt, Math.min(threshold, HIGHEST_THRESHOLD), prototypes);
    }

    /** Of each picture the thing that is most like what the others show; the largest of those that are equally so. */
    private static List<ShownThing> choose(List<CellEvidence> pictures) {
        List<List<ShownThing>> shown = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            List<ShownThing> things = ShownThing.of(pictures.get(i));
            if (things.isEmpty()) {
                throw new LessonException(
                        i,
                        "Picture " + (i + 1) + " shows nothing that stands out; take one in which the thing is larger,"
                                + " on a plain background.");
            }
            shown.add(things);
        }
        List<ShownThing> chosen = new ArrayList<>();
        for (int picture = 0; picture < shown.size(); picture++) {
            List<ShownThing> candidates = shown.get(picture);
            ShownThing best = candidates.getFirst();
            double most = agreement(best, picture, shown);
            for (ShownThing candidate : candidates.subList(1, candidates.size())) {
                double agreement = agreement(candidate, picture, shown);
                if (agreement > most) {
                    most = agreement;
                    best = candidate;
                }
            }
            chosen.add(best);
        }
        return chosen;
    }

    private static double agreement(ShownThing thing, int picture, List<List<ShownThing>> shown) {
        double sum = 0;
        for (int other = 0; other < shown.size(); other++) {
            if (other != picture) {
                sum += best(shown.get(other).stream().map(ShownThing::features).toList(), thing.features());
            }
        }
        return sum;
    }

    private static List<float[]> without(List<float[]> prototypes, int index) {
        List<float[]> others = new ArrayList<>(prototypes);
        others.remove(index);
        return others;
    }

    private static double median(List<Integer> cells, CellEvidence picture, List<float[]> prototypes) {
        double[] likeness = cells.stream()
                .mapToDouble(cell -> TaughtCells.likeness(picture, cell, prototypes))
                .sorted()
                .toArray();
        int middle = likeness.length / 2;
        return likeness.length % 2 == 1 ? likeness[middle] : (likeness[middle - 1] + likeness[middle]) / 2;
    }

    private static double background(CellEvidence picture, List<float[]> prototypes) {
        double most = -1;
        for (int cell = 0; cell < picture.cells(); cell++) {
            if (picture.shown()[cell] < EMPTY) {
                most = Math.max(most, TaughtCells.likeness(picture, cell, prototypes));
            }
        }
        return most;
    }

    private static int smallest(List<Double> values) {
        int least = 0;
        for (int i = 1; i < values.size(); i++) {
            least = values.get(i) < values.get(least) ? i : least;
        }
        return least;
    }

    private static double best(List<float[]> prototypes, float[] unit) {
        return prototypes.stream()
                .mapToDouble(prototype -> cosine(prototype, unit))
                .max()
                .orElse(-1);
    }

    private static double cosine(float[] one, float[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException("vectors of " + one.length + " and " + other.length + " features");
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
