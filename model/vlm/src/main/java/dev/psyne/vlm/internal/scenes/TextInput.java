package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.Arrays;

/**
 * The decoder's input for a token: its embedding, what the cells it matches show (ground), how many things match it
 * (count), and its position.
 */
final class TextInput {
    private static final int COUNTS_OF_MATCHES = 5;
    private static final int COUNTS_OF_ALL = 6;
    private static final int COUNT_FEATURES = COUNTS_OF_MATCHES + COUNTS_OF_ALL + 2;

    /** Twice the variance of the bump around each whole count. */
    private static final double COUNT_SPREAD = 0.18;

    private final Kernels kernels;
    private final int width;
    private final Linear embedding;
    private final NameMatch names;
    private final float groundScale;
    private final float groundNone;
    private final Linear groundOut;
    private final float[] groundSeen;
    private final Linear count;
    private final Rows positions;

    TextInput(WeightReader reader, Linear embedding, NameMatch names, int textPositions) {
        this.kernels = reader.kernels();
        this.width = embedding.inputs();
        this.embedding = embedding;
        this.names = names;
        this.groundScale = reader.scalar("ground.tau");
        this.groundNone = reader.scalar("ground.null");
        this.groundOut = reader.linear("ground.out.weight", width, width);
        this.groundSeen = reader.vector("ground.seen", width);
        this.count = reader.linear("count.weight", width, COUNT_FEATURES);
        this.positions = reader.rows("text.positions", textPositions, width);
    }

    /** What the input is computed in. */
    static final class Workspace {
        private final NameMatch.Workspace names;
        private final float[] match;
        private final Rows attention;
        private final Rows grounds;
        private final Rows counts;

        private Workspace(TextInput input, int rows, int cells) {
            this.names = input.names.allocate();
            this.match = new float[cells];
            this.attention = Rows.allocate(1, cells + 1);
            this.grounds = Rows.allocate(rows, input.width);
            this.counts = Rows.allocate(rows, COUNT_FEATURES);
        }
    }

    /** A workspace for at most {@code rows} tokens at a time. */
    Workspace allocate(int rows, int cells) {
        return new Workspace(this, rows, cells);
    }

    /** Writes the inputs of {@code tokens}, which begin at a position, to the first rows of {@code x}. */
    void write(int[] tokens, int length, int position, SceneFeatures scene, Workspace work, Rows x) {
        for (int row = 0; row < length; row++) {
            names.match(tokens[row], scene, work.names, work.match);
            embedding.copyRow(tokens[row], x.values(), x.index(row));
            float seen = ground(scene, work, row);
            countFeatures(scene, work, row);
            int target = x.index(row);
            int place = positions.index(position + row);
            for (int i = 0; i < width; i++) {
                x.values()[target + i] += seen * groundSeen[i] + positions.values()[place + i];
            }
        }
        kernels.gemm(length, work.grounds, groundOut, Epilogue.ADD, x);
        kernels.gemm(length, work.counts, count, Epilogue.ADD, x);
    }

    /** The regions weighted by the attention the token's matches get; returns how much of it is not on none. */
    private float ground(SceneFeatures scene, Workspace work, int row) {
        int cells = scene.cells();
        float[] attention = work.attention.values();
        for (int cell = 0; cell < cells; cell++) {
            attention[cell] = groundScale * work.match[cell];
        }
        attention[cells] = groundNone;
        kernels.softmax(1, work.attention);
        float[] values = work.grounds.values();
        int target = work.grounds.index(row);
        Arrays.fill(values, target, target + width, 0);
        for (int cell = 0; cell < cells; cell++) {
            int region = scene.regions().index(cell);
            for (int i = 0; i < width; i++) {
                values[target + i] += attention[cell] * scene.regions().values()[region + i];
            }
        }
        return 1 - attention[cells];
    }

    private static void countFeatures(SceneFeatures scene, Workspace work, int row) {
        double matching = 0;
        double all = 0;
        double area = 0;
        for (int cell = 0; cell < scene.cells(); cell++) {
            float centre = scene.centres().values()[cell];
            matching += (double) work.match[cell] * centre;
            all += centre;
            area += work.match[cell];
        }
        area /= scene.cells();
        float[] values = work.counts.values();
        int index = work.counts.index(row);
        for (int k = 0; k < COUNTS_OF_MATCHES; k++) {
            values[index++] = bump(matching - k);
        }
        for (int k = 0; k < COUNTS_OF_ALL; k++) {
            values[index++] = bump(all - k);
        }
        values[index++] = (float) area;
        values[index] = (float) (4 * Math.sqrt(area));
    }

    private static float bump(double distance) {
        return (float) Math.exp(-distance * distance / COUNT_SPREAD);
    }
}
