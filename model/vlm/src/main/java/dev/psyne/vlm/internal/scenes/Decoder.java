package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefix language model: the regions of the picture see each other, each text token sees all of them and the text up
 * to itself. So the picture's keys and values are computed once and serve every question.
 */
final class Decoder {
    private final SceneConfiguration.Layers shape;
    private final KeyValueShape keyValues;
    private final int leastPrefix;
    private final int mostPrefix;
    private final int textPositions;
    private final Rows cellMarks;
    private final float[] thingMark;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private final TextInput input;
    private final CopyHead head;
    private final int vocabulary;

    Decoder(WeightReader reader, SceneConfiguration configuration, Linear embedding, NameMatch names) {
        this.shape = configuration.decoder();
        this.keyValues = shape.keyValues(shape.count());
        this.leastPrefix = configuration.encoder().cells();
        this.mostPrefix = configuration.mostRegions();
        this.textPositions = configuration.textPositions();
        this.cellMarks = reader.rows("prefix.positions", leastPrefix, shape.width());
        this.thingMark = reader.vector("prefix.photo", shape.width());
        for (int i = 0; i < shape.count(); i++) {
            layers.add(new TransformerLayer(reader, "decoder.layers." + i + ".", shape));
        }
        this.input = new TextInput(reader, configuration, embedding, names);
        this.head = new CopyHead(reader, embedding, names);
        this.vocabulary = embedding.outputs();
    }

    /** What one answer is decoded in: the keys and values of picture and text, and the rows of a step. */
    static final class Workspace {
        private final KeyValueCache cache;
        private final List<float[]> pages = new ArrayList<>();
        private final LayerWorkspace layers;
        private final TextInput.Workspace input;
        private final CopyHead.Workspace head;
        private int textLength;

        private Workspace(Decoder decoder) {
            int width = decoder.shape.width();
            KeyValueShape keyValues = decoder.keyValues;
            this.cache = new KeyValueCache(keyValues);
            int shared = decoder.leastPrefix / KeyValueShape.PAGE_POSITIONS;
            for (int page = keyValues.pages(decoder.mostPrefix + decoder.textPositions); page > shared; page--) {
                pages.add(new float[keyValues.pageFloats()]);
            }
            this.layers = new LayerWorkspace(decoder.textPositions, decoder.shape);
            this.input = decoder.input.allocate(decoder.textPositions, decoder.mostPrefix);
            this.head = new CopyHead.Workspace(width, decoder.vocabulary, decoder.textPositions);
        }

        /** The logits after the last token. */
        float[] logits() {
            return head.logits();
        }
    }

    Workspace allocate() {
        return new Workspace(this);
    }

    TextInput input() {
        return input;
    }

    /** The keys and values of a picture, and what the head reads of it. */
    KeyValueCache prefix(SceneFeatures scene, EncoderWorkspace work) {
        head.describe(scene, work);
        int count = scene.count();
        KeyValueCache cache = KeyValueCache.allocate(keyValues, count);
        LayerWorkspace prefix = work.prefix();
        float[] x = prefix.x().values();
        int width = shape.width();
        for (int i = 0; i < count * width; i++) {
            float mark = i < scene.cells() * width ? cellMarks.values()[i] : thingMark[i % width];
            x[i] = scene.regions().values()[i] + mark;
        }
        run(new AttentionSpan(cache, 0, count, 0, false), prefix);
        return cache;
    }

    /** What the head reads of a picture whose cells show other names now. */
    void describe(SceneFeatures scene, EncoderWorkspace work) {
        head.describe(scene, work);
    }

    private void run(AttentionSpan span, LayerWorkspace work) {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).run(span, i, work);
        }
    }

    /** Begins a text after a picture, whose full pages are shared; the last one is copied if text follows in it. */
    void begin(KeyValueCache prefix, SceneFeatures scene, Workspace work) {
        KeyValueCache cache = work.cache;
        while (cache.pages() > 0) {
            cache.removeLast();
        }
        int shared = scene.count() / KeyValueShape.PAGE_POSITIONS;
        for (int page = 0; page < shared; page++) {
            cache.append(prefix.page(page));
        }
        if (shared < prefix.pages()) {
            System.arraycopy(prefix.page(shared), 0, work.pages.getFirst(), 0, keyValues.pageFloats());
        }
        work.pages.forEach(cache::append);
        work.input.begin();
        work.head.begin();
        work.textLength = 0;
    }

    /** Adds the first {@code length} of {@code tokens} to the text and computes the logits after the last of them. */
    void extend(int[] tokens, int length, SceneFeatures scene, Workspace work) {
        Rows x = work.layers.x();
        input.write(tokens, length, work.textLength, scene, work.input, x);
        head.hear(tokens, length, x, work.head);
        run(new AttentionSpan(work.cache, 0, length, scene.count() + work.textLength, true), work.layers);
        work.textLength += length;
        head.run(x, length - 1, scene, work.head);
    }
}
