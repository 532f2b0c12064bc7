package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.Arrays;

/**
 * The decoder's input for a token: its embedding, what the regions it matches show (ground), how many things match it
 * (count), where they are beside those of the words before (place), the sums of these over the names so far (heard), how the
 * differences and what is seen answer to the words that are found nowhere (compare), and its position.
 */
final class TextInput {
    private static final int COUNTS_OF_MATCHES = 5;
    private static final int COUNTS_OF_ALL = 6;
    private static final int STRENGTHS = 5;
    private static final int COUNT_FEATURES = COUNTS_OF_MATCHES + COUNTS_OF_ALL + 2 + 1 + STRENGTHS;

    private static final int FEATURES = COUNT_FEATURES + PlaceFeatures.COUNT;

    /** Twice the variance of the bump around each whole count. */
    private static final double COUNT_SPREAD = 0.18;

    /** The same around each fifth of the strength of a clue, in fifths. */
    private static final double STRENGTH_SPREAD = 0.02 * STRENGTHS * STRENGTHS;

    private static final double AREA_FLOOR = 1e-9;

    private final Kernels kernels;
    private final int width;
    private final Linear embedding;
    private final NameMatch names;
    private final float groundScale;
    private final double nowhere;
    private final Linear groundOut;
    private final float[] groundSeen;
    private final Linear count;
    private final Linear place;
    private final Linear compareWords;
    private final Linear comparePlaces;
    private final Linear compareSeen;
    private final Linear compareOut;
    private final Linear heard;
    private final Rows positions;

    TextInput(WeightReader reader, SceneConfiguration configuration, Linear embedding, NameMatch names) {
        this.kernels = reader.kernels();
        this.width = embedding.inputs();
        this.embedding = embedding;
        this.names = names;
        this.groundScale = reader.scalar("ground.tau");
        this.nowhere = Math.exp(reader.scalar("ground.null"));
        this.groundOut = reader.linear("ground.out.weight", width, width);
        this.groundSeen = reader.vector("ground.seen", width);
        this.count = reader.floatLinear("count.weight", width, COUNT_FEATURES);
        this.place = reader.floatLinear("place.weight", width, PlaceFeatures.COUNT);
        int compared = configuration.compared();
        this.compareWords = reader.floatLinear("compare.words.weight", compared, width);
        this.comparePlaces = reader.floatLinear("compare.places.weight", compared, PlaceFeatures.AXES);
        this.compareSeen = reader.floatLinear("compare.seen.weight", compared, width);
        this.compareOut = reader.floatLinear("compare.out.weight", width, compared);
        this.heard = reader.floatLinear("heard.weight", width, FEATURES);
        this.positions = reader.rows("text.positions", configuration.textPositions(), width);
    }

    /** What the inputs of one text are computed in, and what is known of its words so far. */
    static final class Workspace {
        private final NameMatch.Workspace names;
        private final float[] match;
        private final float[] clue;
        private final double[] weights;
        private final float[] found;
        private final float[] none;
        private final PlaceFeatures places = new PlaceFeatures();
        private final float[] said;
        private final float[] sums;
        private final float[] products;
        private final Rows grounds;
        private final Rows looks;
        private final Rows features;
        private final Rows counts;
        private final Rows placed;
        private final Rows differences;
        private final Rows named;
        private final Rows asking;
        private final Rows asked;
        private final Rows compared;

        private Workspace(TextInput input, int rows, int regions) {
            this.names = input.names.allocate();
            this.match = new float[regions];
            this.clue = new float[regions];
            this.weights = new double[regions];
            this.found = new float[regions];
            this.none = new float[rows];
            this.said = new float[input.width];
            this.sums = new float[FEATURES];
            this.products = new float[input.compareWords.outputs()];
            this.grounds = Rows.allocate(rows, input.width);
            this.looks = Rows.allocate(rows, input.width);
            this.features = Rows.allocate(rows, FEATURES);
            this.counts = features.columns(0, COUNT_FEATURES);
            this.placed = features.columns(COUNT_FEATURES, PlaceFeatures.COUNT);
            this.differences = placed.columns(PlaceFeatures.DIFFERENCES, PlaceFeatures.AXES);
            this.named = Rows.allocate(rows, FEATURES);
            this.asking = Rows.allocate(rows, input.width);
            this.asked = Rows.allocate(rows, input.compareWords.outputs());
            this.compared = Rows.allocate(rows, input.compareWords.outputs());
        }

        /** Begins another text. */
        void begin() {
            places.begin();
            Arrays.fill(said, 0);
            Arrays.fill(sums, 0);
            Arrays.fill(products, 0);
        }
    }

    /** A workspace for at most {@code rows} tokens at a time, about at most so many regions. */
    Workspace allocate(int rows, int regions) {
        return new Workspace(this, rows, regions);
    }

    /** Writes the inputs of {@code tokens}, which begin at a position, to the first rows of {@code x}. */
    void write(int[] tokens, int length, int position, SceneFeatures scene, Workspace work, Rows x) {
        for (int row = 0; row < length; row++) {
            names.match(tokens[row], scene, work.names, work.match, work.clue);
            embedding.copyRow(tokens[row], x.values(), x.index(row));
            work.none[row] = ground(scene, work, row);
            countFeatures(scene, work, row);
            work.places.write(work.found, work.clue, scene, work.placed.values(), work.placed.index(row));
            hear(names.isName(tokens[row]), work, row);
            say(work.none[row], x.values(), x.index(row), work, row);
        }
        kernels.gemm(length, work.grounds, groundOut, Epilogue.STORE, work.looks);
        for (int row = 0; row < length; row++) {
            look(1 - work.none[row], position + row, work.looks, row, x);
        }
        kernels.gemm(length, work.counts, count, Epilogue.ADD, x);
        kernels.gemm(length, work.placed, place, Epilogue.ADD, x);
        kernels.gemm(length, work.named, heard, Epilogue.ADD, x);
        compare(length, work, x);
    }

    /** Adds what is seen of a word, how surely it is seen at all, and the word's position. */
    private void look(float sure, int position, Rows looks, int row, Rows x) {
        int from = looks.index(row);
        int at = positions.index(position);
        int target = x.index(row);
        for (int i = 0; i < width; i++) {
            x.values()[target + i] +=
                    looks.values()[from + i] + sure * groundSeen[i] + positions.values()[at + i];
        }
    }

    /** Adds the features of a name to those of the names before. */
    private static void hear(boolean isName, Workspace work, int row) {
        int from = work.features.index(row);
        for (int i = 0; isName && i < FEATURES; i++) {
            work.sums[i] += work.features.values()[from + i];
        }
        System.arraycopy(work.sums, 0, work.named.values(), work.named.index(row), FEATURES);
    }

    /** Adds a word, as far as the picture does not show it, to what the text has said. */
    private void say(float none, float[] words, int index, Workspace work, int row) {
        for (int i = 0; i < width; i++) {
            work.said[i] += none * words[index + i];
        }
        System.arraycopy(work.said, 0, work.asking.values(), work.asking.index(row), width);
    }

    private void compare(int length, Workspace work, Rows x) {
        kernels.gemm(length, work.asking, compareWords, Epilogue.STORE, work.asked);
        kernels.gemm(length, work.differences, comparePlaces, Epilogue.STORE, work.compared);
        kernels.gemm(length, work.looks, compareSeen, Epilogue.ADD, work.compared);
        float[] compared = work.compared.values();
        int at = 0;
        for (int row = 0; row < length; row++) {
            for (int i = 0; i < work.products.length; i++, at++) {
                work.products[i] += (float) (compared[at] * Math.tanh(work.asked.values()[at]));
                compared[at] = work.products[i];
            }
        }
        kernels.gemm(length, work.compared, compareOut, Epilogue.ADD, x);
    }

    /** The regions weighted by how strongly they are the token; returns how much of it is found in none. */
    private float ground(SceneFeatures scene, Workspace work, int row) {
        int regions = scene.count();
        double total = nowhere;
        for (int region = 0; region < regions; region++) {
            work.weights[region] = Math.expm1(groundScale * work.clue[region]);
            total += work.weights[region];
        }
        float[] values = work.grounds.values();
        int target = work.grounds.index(row);
        Arrays.fill(values, target, target + width, 0);
        for (int region = 0; region < regions; region++) {
            float found = (float) (work.weights[region] / total);
            work.found[region] = found;
            int from = scene.regions().index(region);
            for (int i = 0; i < width; i++) {
                values[target + i] += found * scene.regions().values()[from + i];
            }
        }
        return (float) (nowhere / total);
    }

    private static void countFeatures(SceneFeatures scene, Workspace work, int row) {
        double matching = 0;
        double all = 0;
        double area = 0;
        float strength = 0;
        for (int region = 0; region < scene.count(); region++) {
            float centre = scene.centres().values()[region];
            matching += (double) work.match[region] * centre;
            all += centre;
            area += (double) work.match[region] * scene.areas().values()[region];
            strength = Math.max(strength, work.clue[region]);
        }
        float[] values = work.counts.values();
        int index = work.counts.index(row);
        index = bumps(matching, COUNTS_OF_MATCHES, COUNT_SPREAD, values, index);
        index = bumps(all, COUNTS_OF_ALL, COUNT_SPREAD, values, index);
        values[index++] = (float) area;
        values[index++] = (float) (4 * Math.sqrt(area + AREA_FLOOR));
        values[index++] = strength;
        bumps(strength * STRENGTHS, STRENGTHS, STRENGTH_SPREAD, values, index);
    }

    /** How near a number is to each of the first whole ones; returns the index after them. */
    private static int bumps(double number, int steps, double spread, float[] values, int index) {
        for (int step = 0; step < steps; step++) {
            double distance = number - step;
            values[index + step] = (float) Math.exp(-distance * distance / spread);
        }
        return index + steps;
    }
}
