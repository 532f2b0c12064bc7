package dev.psyne.vlm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A thing that a model was taught from pictures: what it is called, and what the cells of pictures look like that show it.
 * Made by {@link Model#teach}, and by who read one that was kept. It belongs to the model that was taught: another one has
 * other features. Immutable.
 */
public final class TaughtThing {
    /** Most prototypes of a thing. */
    public static final int MAX_PROTOTYPES = 10;

    /** Most features of a prototype. */
    public static final int MAX_WIDTH = 8192;

    private final String name;
    private final int pictures;
    private final Instant taughtAt;
    private final double threshold;
    private final List<float[]> prototypes;

    /**
     * A thing from its parts.
     *
     * @param name what it is called, as {@link TaughtName} allows
     * @param pictures how many it was learned from
     * @param taughtAt when
     * @param threshold a cell shows it from this likeness to a prototype on, -1 to 1
     * @param prototypes vectors of unit length, all of one width; copied
     * @throws IllegalArgumentException if a part is not what it is to be
     */
    public TaughtThing(String name, int pictures, Instant taughtAt, double threshold, List<float[]> prototypes) {
        this.name = TaughtName.checked(name);
        this.pictures = pictures;
        this.taughtAt = taughtAt;
        this.threshold = threshold;
        this.prototypes = prototypes.stream().map(float[]::clone).toList();
        if (pictures < Lessons.MIN_PICTURES || pictures > Lessons.MAX_PICTURES) {
            throw new IllegalArgumentException("a thing is taught with " + Lessons.MIN_PICTURES + " to "
                    + Lessons.MAX_PICTURES + " pictures, not " + pictures);
        }
        if (!(threshold >= -1 && threshold <= 1)) {
            throw new IllegalArgumentException("a threshold is a number of -1 to 1, not " + threshold);
        }
        requirePrototypes(this.prototypes);
    }

    private static void requirePrototypes(List<float[]> prototypes) {
        int count = prototypes.size();
        int width = count == 0 ? 0 : prototypes.getFirst().length;
        if (count == 0 || count > MAX_PROTOTYPES || width < 1 || width > MAX_WIDTH) {
            throw new IllegalArgumentException("a thing has 1 to " + MAX_PROTOTYPES + " prototypes of 1 to " + MAX_WIDTH
                    + " features, not " + count + " of " + width);
        }
        for (float[] prototype : prototypes) {
            double squares = 0;
            for (float value : prototype) {
                squares += (double) value * value;
            }
            // Written so that a square of no number is refused too.
            if (prototype.length != width || !(Math.abs(squares - 1) < 1e-3)) {
                throw new IllegalArgumentException("a prototype has " + width + " features and length 1, not "
                        + prototype.length + " features and length " + Math.sqrt(squares));
            }
        }
    }

    /** What it is called. */
    public String name() {
        return name;
    }

    /** How many pictures it was learned from. */
    public int pictures() {
        return pictures;
    }

    /** When it was taught. */
    public Instant taughtAt() {
        return taughtAt;
    }

    /** The likeness to a prototype, a cosine, from which on a cell shows it. */
    public double threshold() {
        return threshold;
    }

    /** Its prototypes, copied. */
    public List<float[]> prototypes() {
        List<float[]> copies = new ArrayList<>();
        prototypes.forEach(prototype -> copies.add(prototype.clone()));
        return copies;
    }

    /** Features of a prototype. */
    public int width() {
        return prototypes.getFirst().length;
    }

    /**
     * The same thing under another name.
     *
     * @throws IllegalArgumentException if it is none
     */
    public TaughtThing withName(String other) {
        return new TaughtThing(other, pictures, taughtAt, threshold, prototypes);
    }

    @Override
    public String toString() {
        return name + " (" + pictures + " pictures)";
    }
}
