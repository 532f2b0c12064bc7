package dev.psyne.vlm.internal.scenes;

/**
 * Where a word's regions are and how large, and what that is beside the words before it in the text, so that two things
 * can be compared. One text's; begun anew with each.
 */
final class PlaceFeatures {
    static final int COUNT = 8;

    /** x, y, and the logarithm of the area. */
    static final int AXES = 3;

    /** The first of the features that compare, one for each axis. */
    static final int DIFFERENCES = 4;

    private static final double[] DIFFERENCE_SCALES = {4, 4, 2};
    private static final double FOUND_FLOOR = 1e-6;
    private static final double BEFORE_FLOOR = 0.05;
    private static final double AREA_FLOOR = 0.003;

    private final double[] own = new double[AXES];
    private final double[] sums = new double[AXES];
    private double total;

    void begin() {
        total = 0;
        for (int i = 0; i < AXES; i++) {
            sums[i] = 0;
        }
    }

    /**
     * Writes the features of the text's next word.
     *
     * @param found the attention of the word to each region
     * @param clue how much each region is the word
     */
    void write(float[] found, float[] clue, SceneFeatures scene, float[] target, int index) {
        double sure = look(found, clue, scene);
        double known = total / (total + BEFORE_FLOOR);
        target[index] = (float) sure;
        target[index + 1] = (float) (sure * (2 * own[0] - 1));
        target[index + 2] = (float) (sure * (2 * own[1] - 1));
        target[index + 3] = (float) (sure * own[2]);
        for (int i = 0; i < AXES; i++) {
            double difference = own[i] - sums[i] / (total + FOUND_FLOOR);
            target[index + DIFFERENCES + i] = (float) (Math.tanh(DIFFERENCE_SCALES[i] * difference) * sure * known);
        }
        target[index + DIFFERENCES + AXES] = (float) known;
        remember(sure * sure);
    }

    /** Sets the word's own place and area; returns how surely it is found. */
    private double look(float[] found, float[] clue, SceneFeatures scene) {
        double sure = 0;
        double x = 0;
        double y = 0;
        double area = 0;
        float[] places = scene.places().values();
        for (int region = 0; region < scene.count(); region++) {
            sure += found[region];
            x += (double) found[region] * places[2 * region];
            y += (double) found[region] * places[2 * region + 1];
            area += (double) clue[region] * scene.areas().values()[region];
        }
        own[0] = x / (sure + FOUND_FLOOR);
        own[1] = y / (sure + FOUND_FLOOR);
        own[2] = Math.log(area + AREA_FLOOR) / 2;
        return sure;
    }

    private void remember(double weight) {
        total += weight;
        for (int i = 0; i < AXES; i++) {
            sums[i] += weight * own[i];
        }
    }
}
