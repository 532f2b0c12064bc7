package dev.psyne.vlm;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Which of the known names each cell of a picture shows, and how well a word's token matches a cell. */
final class NameMatch {
    private final Kernels kernels;
    private final int width;
    private final int names;
    private final Linear patch;
    private final Linear scaledUnits;
    private final Linear transposedUnits;
    private final Rows likeness;
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
        Rows words = units(embedding);
        Rows units = Rows.allocate(names, width);
        for (int i = 0; i < names; i++) {
            int from = words.index(nameIds.get(i));
            System.arraycopy(words.values(), from, units.values(), units.index(i), width);
        }
        this.scaledUnits = pack(units, scale);
        this.transposedUnits = pack(transpose(units), 1);
        this.likeness = Rows.allocate(embedding.outputs(), names);
        kernels.gemm(embedding.outputs(), words, pack(units, 1), Epilogue.STORE, likeness);
    }

    private static Rows units(Linear embedding) {
        Rows words = Rows.allocate(embedding.outputs(), embedding.inputs());
        for (int id = 0; id < words.capacity(); id++) {
            embedding.copyRow(id, words.values(), words.index(id));
            toUnitLength(words, id);
        }
        return words;
    }

    private Linear pack(Rows weights, float factor) {
        Shape shape = Shape.of(weights.capacity(), weights.width());
        Tensor tensor = Tensor.of(MemorySegment.ofArray(weights.values()), ElementType.F32, shape);
        float[] scale = new float[weights.capacity()];
        java.util.Arrays.fill(scale, factor);
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

    private static void toUnitLength(Rows rows, int row) {
        float[] values = rows.values();
        int from = rows.index(row);
        double squares = 0;
        for (int i = from; i < from + rows.width(); i++) {
            squares += (double) values[i] * values[i];
        }
        // A vector of zeros has no direction and stays as it is: it is like no name.
        float factor = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int i = from; i < from + rows.width(); i++) {
            values[i] *= factor;
        }
    }

    /** Fills in chances, blends and centres from the regions. */
    void describe(SceneFeatures scene, EncoderWorkspace work) {
        int cells = scene.cells();
        Rows patches = work.patches();
        Rows logits = work.nameLogits();
        kernels.gemm(cells, scene.regions(), patch, Epilogue.STORE, patches);
        for (int cell = 0; cell < cells; cell++) {
            toUnitLength(patches, cell);
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
        kernels.gemm(cells, scene.chances(), transposedUnits, Epilogue.STORE, scene.blends());
    }

    private float centre(Rows regions, int cell) {
        double sum = centreBias;
        for (int i = 0; i < width; i++) {
            sum += (double) regions.values()[regions.index(cell) + i] * centreWeight[i];
        }
        return (float) (1 / (1 + Math.exp(-sum)));
    }

    /** How well a token matches each cell: its likeness to the names, weighted by their chances, at least zero. */
    void match(int token, SceneFeatures scene, float[] result) {
        int word = likeness.index(token);
        Rows chances = scene.chances();
        for (int cell = 0; cell < scene.cells(); cell++) {
            int chance = chances.index(cell);
            float sum = 0;
            for (int i = 0; i < names; i++) {
                sum = Math.fma(likeness.values()[word + i], chances.values()[chance + i], sum);
            }
            result[cell] = Math.max(0, sum);
        }
    }
}
