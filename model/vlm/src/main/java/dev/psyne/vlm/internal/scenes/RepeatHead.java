package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;

/**
 * Lets an answer say a name of the question again, as "the cat or the dog?" wants it: the decoder's state looks at what the
 * text said of the names so far, and at none of them, and takes the unit vectors of those it finds. Names that the picture
 * shows are {@link CopyHead}'s matter.
 */
final class RepeatHead {
    private final Kernels kernels;
    private final NameMatch names;
    private final Linear query;
    private final Linear key;
    private final float none;
    private final float alpha;
    private final float scale;

    RepeatHead(WeightReader reader, int width, NameMatch names) {
        this.kernels = reader.kernels();
        this.names = names;
        this.query = reader.linear("repeat.query.weight", width, width);
        this.key = reader.linear("repeat.key.weight", width, width);
        this.none = reader.scalar("repeat.null");
        this.alpha = reader.scalar("repeat.alpha");
        this.scale = (float) (1 / Math.sqrt(width));
    }

    /** The names that a text has said so far, and what its state is compared with them in. */
    static final class Workspace {
        private final Rows said;
        private final Rows key;
        private final Rows query;
        private final float[] keys;
        private final float[] units;
        private final float[] shares;
        private int count;

        Workspace(int width, int positions) {
            this.said = Rows.allocate(1, width);
            this.key = Rows.allocate(1, width);
            this.query = Rows.allocate(1, width);
            this.keys = new float[positions * width];
            this.units = new float[positions * width];
            this.shares = new float[positions];
        }

        /** Begins another text. */
        void begin() {
            count = 0;
        }
    }

    /** Notes the names among the tokens, whose inputs are the first rows of {@code x}. */
    void hear(int[] tokens, int length, Rows x, Workspace work) {
        int width = x.width();
        for (int row = 0; row < length; row++) {
            if (names.isName(tokens[row])) {
                System.arraycopy(x.values(), x.index(row), work.said.values(), 0, width);
                kernels.gemm(1, work.said, key, Epilogue.STORE, work.key);
                System.arraycopy(work.key.values(), 0, work.keys, work.count * width, width);
                names.unit(tokens[row], work.said);
                System.arraycopy(work.said.values(), 0, work.units, work.count * width, width);
                work.count++;
            }
        }
    }

    /** Adds the names that {@code state} finds to {@code sum}. */
    void add(Rows state, float[] sum, Workspace work) {
        if (work.count == 0) {
            return;
        }
        int width = state.width();
        kernels.gemm(1, state, query, Epilogue.STORE, work.query);
        float most = none;
        for (int name = 0; name < work.count; name++) {
            work.shares[name] = scale * dot(work.query.values(), work.keys, name * width);
            most = Math.max(most, work.shares[name]);
        }
        double total = Math.exp(none - most);
        for (int name = 0; name < work.count; name++) {
            work.shares[name] = (float) Math.exp(work.shares[name] - most);
            total += work.shares[name];
        }
        for (int name = 0; name < work.count; name++) {
            float share = (float) (alpha * work.shares[name] / total);
            for (int i = 0; i < width; i++) {
                sum[i] += share * work.units[name * width + i];
            }
        }
    }

    private static float dot(float[] query, float[] keys, int from) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            sum += (double) query[i] * keys[from + i];
        }
        return (float) sum;
    }
}
