package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.internal.taught.CellEvidence;
import dev.psyne.vlm.internal.taught.TaughtCells;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which of the known names each cell of a picture shows, and how well a word's token matches a region. */
final class NameMatch {
    /** Cosine of a word and a name up to which they have nothing to do with each other. */
    private static final float LIKENESS_FLOOR = 0.4f;

    private static final double CHANCE_FLOOR = 1e-9;

    private final Kernels kernels;
    private final int width;
    private final int names;
    private final List<Integer> nameIds;
    private final Linear patch;
    private final Linear scaledUnits;
    private final Linear transposedUnits;
    private final Linear units;
    private final float[] inverseLengths;
    private final boolean[] isName;
    private final Linear embedding;
    private final float none;
    private final float[] centreWeight;
    private final float centreBias;

    NameMatch(WeightReader reader, Linear embedding, List<Integer> nameIds) {
        this.kernels = reader.kernels();
        this.width = embedding.inputs();
        this.names = nameIds.size();
        this.nameIds = nameIds;
        this.patch = reader.linear("patch.weight", width, width);
        float scale = (float) Math.exp(reader.scalar("patch.log_scale"));
        this.none = reader.scalar("patch.null");
        this.centreWeight = reader.vector("centre.weight", width);
        this.centreBias = reader.scalar("centre.bias");
        this.embedding = embedding;
        this.inverseLengths = inverseLengths(embedding);
        this.isName = new boolean[embedding.outputs()];
        Rows unitRows = Rows.allocate(names, width);
        for (int i = 0; i < names; i++) {
            int id = nameIds.get(i);
            isName[id] = true;
            embedding.copyRow(id, unitRows.values(), unitRows.index(i));
            multiply(unitRows, i, inverseLengths[id]);
        }
        this.units = pack(unitRows, 1);
        this.scaledUnits = pack(unitRows, scale);
        this.transposedUnits = pack(transpose(unitRows), 1);
    }

    /** Whether a token is one of the known names. */
    boolean isName(int token) {
        return isName[token];
    }

    /** Writes a token's vector of unit length to the first row of {@code target}. */
    void unit(int token, Rows target) {
        embedding.copyRow(token, target.values(), 0);
        multiply(target, 0, inverseLengths[token]);
    }

    /** What a token is compared with the names in. */
    static final class Workspace {
        private final Rows word;
        private final Rows cosines;

        private Workspace(int width, int names) {
            this.word = Rows.allocate(1, width);
            this.cosines = Rows.allocate(1, names);
        }
    }

    Workspace allocate() {
        return new Workspace(width, names);
    }

    private static float[] inverseLengths(Linear embedding) {
        Rows word = Rows.allocate(1, embedding.inputs());
        float[] result = new float[embedding.outputs()];
        for (int id = 0; id < result.length; id++) {
            embedding.copyRow(id, word.values(), 0);
            result[id] = inverseLength(word, 0);
        }
        return result;
    }

    private Linear pack(Rows weights, float factor) {
        Shape shape = Shape.of(weights.capacity(), weights.width());
        Tensor tensor = Tensor.of(MemorySegment.ofArray(weights.values()), ElementType.F32, shape);
        float[] scale = new float[weights.capacity()];
        Arrays.fill(scale, factor);
        return kernels.linear(tensor, scale, new float[weights.capacity()]);
    }

    private static Rows transpose(Rows rows) {
        Rows result = Rows.allocate(rows.width(), rows.capacity());
        for (int row = 0; row < rows.capacity(); row++) {
            for (int column = 0; column < rows.width(); column++) {
                result.values()[result.index(column) + row] = rows.values()[rows.index(row) + column];
            }
        }
        return result;
    }

    /** One over the Euclidean length; zero for a vector of zeros, which has no direction and is like no name. */
    private static float inverseLength(Rows rows, int row) {
        int from = rows.index(row);
        double squares = 0;
        for (int i = from; i < from + rows.width(); i++) {
            squares += (double) rows.values()[i] * rows.values()[i];
        }
        return squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
    }

    private static void multiply(Rows rows, int row, float factor) {
        int from = rows.index(row);
        for (int i = from; i < from + rows.width(); i++) {
            rows.values()[i] *= factor;
        }
    }

    /** Fills in chances and centres from the vectors of the cells. */
    void describe(SceneFeatures scene, EncoderWorkspace work) {
        int cells = scene.cells();
        Rows patches = scene.patches();
        Rows logits = work.nameLogits();
        kernels.gemm(cells, scene.regions(), patch, Epilogue.STORE, patches);
        for (int cell = 0; cell < cells; cell++) {
            multiply(patches, cell, inverseLength(patches, cell));
        }
        kernels.gemm(cells, patches, scaledUnits, Epilogue.STORE, logits.columns(0, names));
        for (int cell = 0; cell < cells; cell++) {
            logits.values()[logits.index(cell) + names] = none;
        }
        kernels.softmax(cells, logits);
        for (int cell = 0; cell < cells; cell++) {
            Rows chances = scene.chances();
            System.arraycopy(logits.values(), logits.index(cell), chances.values(), chances.index(cell), names);
            scene.centres().values()[cell] = centre(scene.regions(), cell);
        }
    }

    /** Fills in the evidence from the chances of all regions, and their blends in {@code work}. */
    void blend(SceneFeatures scene, EncoderWorkspace work) {
        kernels.gemm(scene.count(), scene.chances(), transposedUnits, Epilogue.STORE, work.blends());
        float[] chances = scene.chances().values();
        for (int i = 0; i < chances.length; i++) {
            scene.evidence().values()[i] = evidence(chances[i]);
        }
    }

    /** What a chance says for a name: 0 up to that of one name among all, 1 for certainty. */
    private float evidence(float chance) {
        double raised = chance + CHANCE_FLOOR;
        return raised * names <= 1 ? 0 : (float) (1 + Math.log(raised) / Math.log(names));
    }

    /** What the cells show, for lessons and for finding what was taught. */
    CellEvidence evidence(SceneFeatures scene, int grid) {
        int cells = scene.cells();
        Rows likeness = Rows.allocate(cells, names);
        kernels.gemm(cells, scene.patches(), units, Epilogue.STORE, likeness);
        float[] shown = new float[cells];
        float[] named = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            int row = likeness.index(cell);
            named[cell] = -1;
            for (int i = 0; i < names; i++) {
                shown[cell] += scene.chances().values()[scene.chances().index(cell) + i];
                named[cell] = Math.max(named[cell], likeness.values()[row + i]);
            }
        }
        return new CellEvidence(grid, width, scene.patches().values(), shown, named);
    }

    /**
     * The picture with some cells showing names of our choice, in {@code scene}, and the blends of names in {@code work}.
     *
     * @param nameOfCell index of the name that a cell shows for certain, or {@link TaughtCells#NONE} for what it showed
     * @param lent names that nothing else shows
     */
    void rename(SceneFeatures original, int[] nameOfCell, int[] lent, SceneFeatures scene, EncoderWorkspace work) {
        Rows chances = scene.chances();
        System.arraycopy(original.chances().values(), 0, chances.values(), 0, chances.values().length);
        for (int region = 0; region < scene.count(); region++) {
            int row = chances.index(region);
            if (region < nameOfCell.length && nameOfCell[region] != TaughtCells.NONE) {
                Arrays.fill(chances.values(), row, row + names, 0);
                chances.values()[row + nameOfCell[region]] = 1;
            } else {
                for (int name : lent) {
                    chances.values()[row + name] = 0;
                }
            }
        }
        blend(scene, work);
    }

    /** Vectors of unit length, one for each name. */
    List<float[]> unitNames() {
        List<float[]> units = new ArrayList<>();
        for (int id : nameIds) {
            Rows word = Rows.allocate(1, width);
            unit(id, word);
            units.add(word.values());
        }
        return units;
    }

    private float centre(Rows regions, int cell) {
        double sum = centreBias;
        for (int i = 0; i < width; i++) {
            sum += (double) regions.values()[regions.index(cell) + i] * centreWeight[i];
        }
        return (float) (1 / (1 + Math.exp(-sum)));
    }

    /**
     * How well a token matches each region: its likeness to the names, weighted by their chances for {@code match} and by
     * their evidence for {@code clue}.
     */
    void match(int token, SceneFeatures scene, Workspace work, float[] match, float[] clue) {
        unit(token, work.word);
        kernels.gemm(1, work.word, units, Epilogue.STORE, work.cosines);
        Arrays.fill(match, 0, scene.count(), 0);
        Arrays.fill(clue, 0, scene.count(), 0);
        for (int name = 0; name < names; name++) {
            float likeness = (work.cosines.values()[name] - LIKENESS_FLOOR) / (1 - LIKENESS_FLOOR);
            // A word is like few names, so that most of them cost nothing.
            if (likeness > 0) {
                add(likeness, scene.chances(), name, match);
                add(likeness, scene.evidence(), name, clue);
            }
        }
    }

    private static void add(float weight, Rows rows, int column, float[] sums) {
        for (int row = 0; row < rows.capacity(); row++) {
            sums[row] = Math.fma(weight, rows.values()[rows.index(row) + column], sums[row]);
        }
    }
}
