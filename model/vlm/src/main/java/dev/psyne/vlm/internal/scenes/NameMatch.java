package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Which of the known names each cell of a picture shows, and how well a word's token matches a cell. */
final class NameMatch {
    private final Kernels kernels;
    private final int width;
    private final int names;
    private final Linear patch;
    private final Linear scaledUnits;
    private final Linear transposedUnits;
    private final Linear units;
    private final float[] inverseLengths;
    private final Linear embedding;
    private final float none;
    private final float[] centreWeight;
    private final float centreBias;

    NameMatch(WeightReader reader, Linear embedding, List<Integer> nameIds) {
        this.kernels = reader.kernels();
        this.width = embedding.inputs();
        this.names = nameIds.size();
        this.patch = reader.linear("patch.weight", width, width);
        float scale = (float) Math.exp(reader.scalar("patch.log_scale"));
        this.none = reader.scalar("patch.null");
        this.centreWeight = reader.vector("centre.weight", width);
        this.centreBias = reader.scalar("centre.bias");
        this.embedding = embedding;
        this.inverseLengths = inverseLengths(embedding);
        Rows unitRows = Rows.allocate(names, width);
        for (int i = 0; i < names; i++) {
            int id = nameIds.get(i);
            embedding.copyRow(id, unitRows.values(), unitRows.index(i));
            multiply(unitRows, i, inverseLengths[id]);
        }
        this.units = pack(unitRows, 1);
        this.scaledUnits = pack(unitRows, scale);
        this.transposedUnits = pack(transpose(unitRows), 1);
    }

    /** What a token is compared with the names in. */
    static final class Workspace {
        private final Rows word;
        private final Rows likeness;

        private Workspace(int width, int names) {
            this.word = Rows.allocate(1, width);
            this.likeness = Rows.allocate(1, names);
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

    /** Fills in chances and centres from the regions, and the blends of names in {@code work}. */
    void describe(SceneFeatures scene, EncoderWorkspace work) {
        int cells = scene.cells();
        Rows patches = work.patches();
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
        kernels.gemm(cells, scene.chances(), transposedUnits, Epilogue.STORE, work.blends());
    }

    private float centre(Rows regions, int cell) {
        double sum = centreBias;
        for (int i = 0; i < width; i++) {
            sum += (double) regions.values()[regions.index(cell) + i] * centreWeight[i];
        }
        return (float) (1 / (1 + Math.exp(-sum)));
    }

    /** How well a token matches each cell: its likeness to the names, weighted by their chances, at least zero. */
    void match(int token, SceneFeatures scene, Workspace work, float[] result) {
        embedding.copyRow(token, work.word.values(), 0);
        multiply(work.word, 0, inverseLengths[token]);
        kernels.gemm(1, work.word, units, Epilogue.STORE, work.likeness);
        float[] likeness = work.likeness.values();
        Rows chances = scene.chances();
        for (int cell = 0; cell < scene.cells(); cell++) {
            int chance = chances.index(cell);
            float sum = 0;
            for (int i = 0; i < names; i++) {
                sum = Math.fma(likeness[i], chances.values()[chance + i], sum);
            }
            result[cell] = Math.max(0, sum);
        }
    }
}
