package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefix language model: the cells of the picture see each other, each text token sees all of them and the text up
 * to itself. So the picture's keys and values are computed once and serve every question.
 */
final class Decoder {
    private final SceneConfiguration.Layers shape;
    private final int cells;
    private final int textPositions;
    private final Rows prefixPositions;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private final TextInput input;
    private final CopyHead head;
    private final int vocabulary;

    Decoder(WeightReader reader, SceneConfiguration configuration, Linear embedding, NameMatch names) {
        this.shape = configuration.decoder();
        this.cells = configuration.encoder().cells();
        this.textPositions = configuration.textPositions();
        this.prefixPositions = reader.rows("prefix.positions", cells, shape.width());
        for (int i = 0; i < shape.count(); i++) {
            layers.add(new TransformerLayer(reader, "decoder.layers." + i + ".", shape));
        }
        this.input = new TextInput(reader, embedding, names, textPositions);
        this.head = new CopyHead(reader, embedding);
        this.vocabulary = embedding.outputs();
    }

    /** What one answer is decoded in: the keys and values of picture and text, and the rows of a step. */
    static final class Workspace {
        private final List<KeyValues> caches;
        private final LayerWorkspace layers;
        private final TextInput.Workspace input;
        private final CopyHead.Workspace head;
        private int textLength;

        private Workspace(Decoder decoder) {
            int width = decoder.shape.width();
            this.caches = decoder.allocateCaches(decoder.cells + decoder.textPositions);
            this.layers = new LayerWorkspace(decoder.textPositions, decoder.shape);
            this.input = decoder.input.allocate(decoder.textPositions, decoder.cells);
            this.head = new CopyHead.Workspace(width, decoder.vocabulary);
        }

        /** The logits after the last token. */
        float[] logits() {
            return head.logits();
        }
    }

    Workspace allocate() {
        return new Workspace(this);
    }

    private List<KeyValues> allocateCaches(int positions) {
        List<KeyValues> caches = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            caches.add(new KeyValues(positions, shape.width()));
        }
        return List.copyOf(caches);
    }

    /** The keys and values of a picture, one pair for each layer, and what the head reads of it. */
    List<KeyValues> prefix(SceneFeatures scene, EncoderWorkspace work) {
        head.describe(scene);
        List<KeyValues> caches = allocateCaches(cells);
        LayerWorkspace prefix = work.prefix();
        float[] x = prefix.x().values();
        for (int i = 0; i < x.length; i++) {
            x[i] = scene.regions().values()[i] + prefixPositions.values()[i];
        }
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).run(cells, prefix, caches.get(i), 0, false);
        }
        return caches;
    }

    /** Begins a text after a picture. */
    void begin(List<KeyValues> prefix, Workspace work) {
        for (int i = 0; i < layers.size(); i++) {
            work.caches.get(i).store(cells, prefix.get(i).keys(), prefix.get(i).values(), 0);
        }
        work.textLength = 0;
    }

    /** Adds the first {@code length} of {@code tokens} to the text and computes the logits after the last of them. */
    void extend(int[] tokens, int length, SceneFeatures scene, Workspace work) {
        Rows x = work.layers.x();
        input.write(tokens, length, work.textLength, scene, work.input, x);
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).run(length, work.layers, work.caches.get(i), cells + work.textLength, true);
        }
        work.textLength += length;
        head.run(x, length - 1, scene, work.head);
    }
}
