package dev.psyne.vlm.internal.taught;

import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.TaughtThing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Learns a thing from what its pictures show.
 *
 * <p>Each picture gives one prototype: the mean of the cells that show the thing. Where a picture shows several, it is the
 * one most like what the other pictures show. The threshold comes from leaving each picture out in turn: the median evidence
 * of its cells, by the others' prototypes, is what new pictures of the thing will show, and the threshold lies a little under
 * that, half-way to what suits things on the average.
 */
public final class Lesson {
    /** Under the pictures' own evidence lies the threshold that it would choose. */
    private static final double OWN_SHARE = 0.94;

    /** A picture whose likeness to the others is under this part of theirs to each other shows another thing. */
    private static final double UNLIKE = 0.4;

    /** Never so high that a new picture could not reach it. */
    private static final double HIGHEST_THRESHOLD = 0.93;

    private final double usual;

    /**
     * A way to learn.
     *
     * @param usual the model's threshold for things on the average
     */
    public Lesson(double usual) {
        this.usual = usual;
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
        List<Double> alike = new ArrayList<>();
        double evidence = 0;
        for (int i = 0; i < pictures.size(); i++) {
            CellEvidence picture = pictures.get(i);
            List<float[]> others = without(prototypes, i);
            alike.add(median(things.get(i).cells(), cell -> TaughtCells.likeness(picture, cell, others)));
            evidence += median(things.get(i).cells(), cell -> evidence(picture, cell, others));
        }
        int odd = smallest(alike);
        double sum = alike.stream().mapToDouble(Double::doubleValue).sum();
        if (alike.get(odd) < UNLIKE * (sum - alike.get(odd)) / (alike.size() - 1)) {
            throw new LessonException(
                    odd,
                    "Picture " + (odd + 1)
                            + " shows something unlike the others; take it out, or give pictures in which" + " '" + name
                            + "' is alone and large.");
        }
        double own = OWN_SHARE * evidence / pictures.size();
        double threshold = (own + usual) / 2;
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

    private static double evidence(CellEvidence picture, int cell, List<float[]> prototypes) {
        return TaughtCells.evidence(TaughtCells.likeness(picture, cell, prototypes), picture.named()[cell]);
    }

    private static double median(List<Integer> cells, ToDoubleFunction<Integer> value) {
        double[] values = cells.stream().mapToDouble(value).sorted().toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
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
