package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.KeyValueShape;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.photo.PhotoTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code model.json} says, checked: every key is known, every size is possible, and the blocks of the encoder fit
 * each other.
 *
 * @param usualEvidence how much evidence of a taught thing, in the terms of docs/teaching.md, is enough on the average
 */
record SceneConfiguration(
        String name,
        String description,
        String license,
        String knows,
        ImageInput image,
        Encoder encoder,
        Layers decoder,
        int textPositions,
        int compared,
        List<Integer> names,
        Photo photo,
        AnswerRule answer,
        double usualEvidence,
        int questionTokens,
        int answerTokens,
        Hashes hashes) {

    static final String FILE = "model.json";
    static final String FORMAT = "psyne-vlm";
    static final int VERSION = 2;

    /** Of every normalisation in the model. */
    static final float NORM_EPSILON = 1e-6f;

    private static final int MAX_IMAGE_SIZE = 2048;
    private static final int MAX_CHANNELS = 4096;
    private static final int MAX_BLOCKS = 64;

    /** Most features between two blocks, without their border: a quarter of a gigabyte of floats. */
    private static final int MAX_MAP_FLOATS = 1 << 26;

    private static final int MAX_GRID = 64;
    private static final int MAX_WIDTH = 8192;
    private static final int MAX_LAYERS = 128;
    private static final int MAX_HEADS = 256;
    private static final int MAX_POSITIONS = 8192;
    private static final int MAX_NAMES = 65_536;
    private static final int MAX_KINDS = 4096;
    private static final int MAX_THINGS = 256;
    private static final int MAX_CLASSES = 16;
    private static final int MAX_TOKENS = 4096;
    private static final int RGB = 3;
    private static final int FRAME_TOKENS = 2;

    /** The picture as the encoder wants it; colours are on the scale 0 to 255. */
    record ImageInput(int size, Colour mean, Colour std, Colour pad) {}

    /** A value for each channel. */
    record Colour(float red, float green, float blue) {
        static Colour read(JsonFields fields, String key, double minimum, double maximum) {
            List<Float> values = fields.numbers(key, RGB, minimum, maximum);
            return new Colour(values.get(0), values.get(1), values.get(2));
        }

        /** The channels, divided by a scale. */
        float[] dividedBy(float scale) {
            return new float[] {red / scale, green / scale, blue / scale};
        }
    }

    /** A stack of transformer layers. */
    record Layers(int width, int count, int heads, int mlp) {
        /** How the keys and values of so many of them lie in memory. */
        KeyValueShape keyValues(int layers) {
            return new KeyValueShape(layers, heads, width / heads);
        }
    }

    /** The convolutions, the grid they end in, and the layers over it. */
    record Encoder(List<Block> blocks, int channels, int grid, Layers layers) {
        int cells() {
            return grid * grid;
        }
    }

    /** One step of the convolutions. */
    sealed interface Block {}

    /** relu(conv(x)). */
    record Conv(int in, int out, int kernel, int stride, int padding) implements Block {}

    /** relu(x + conv(relu(conv(x)))), both 3 x 3. */
    record Residual(int channels) implements Block {}

    /**
     * How the things of the photo tower become regions, and when one counts beside the drawings that the grid tower sees.
     *
     * @param names for each kind of thing that the tower tells apart, an index into the known names
     * @param things most of them in a picture
     * @param classes how many of its likeliest names a thing may show
     * @param hidden width of the layer between box, colour and chances and the vector
     * @param sure a thing of a lower score does not count in a picture with drawings
     * @param certain a thing of a lower score does not count where a drawing is
     * @param drawn chance of a name from which on a cell shows a drawing
     */
    record Photo(List<Integer> names, int things, int classes, int hidden, double sure, double certain, double drawn) {
        /** Numbers that tell of a thing. */
        int features() {
            return PhotoRegions.FEATURES + classes;
        }
    }

    /** SHA-256 of the files beside this one. */
    record Hashes(String tokenizer, String weights, String photo, String photoWeights) {}

    /** When an answer is not sure: its first token is {@code unsure}, or its confidence is below the threshold. */
    record AnswerRule(int unsure, double threshold, double temperature, String sentence) {}

    /** Cells and things of a picture, at most. */
    int mostRegions() {
        return encoder.cells() + photo.things();
    }

    /** What an encoded picture takes at most: keys and values of all layers, and what the text side reads of it. */
    long sceneBytes() {
        long prefix = 2L * decoder.count() * decoder.width() * SceneFeatures.pagePositions(mostRegions());
        return Float.BYTES * (prefix + SceneFeatures.floats(mostRegions(), decoder.width(), names.size()));
    }

    static SceneConfiguration parse(JsonFields root) {
        String format = root.text("format");
        if (!format.equals(FORMAT)) {
            throw root.refuse("format", format, FORMAT);
        }
        requireVersion(root);
        JsonFields limits = root.child("limits");
        JsonFields decoder = root.child("decoder");
        SceneConfiguration configuration = new SceneConfiguration(
                root.text("name"),
                root.text("description"),
                root.text("license"),
                root.text("knows"),
                image(root.child("image")),
                encoder(root.child("encoder")),
                layers(decoder),
                decoder.integer("positions", 1, MAX_POSITIONS),
                decoder.integer("compared", 1, MAX_WIDTH),
                names(root),
                photo(root.child("photo")),
                answer(root.child("answer")),
                usualEvidence(root.child("teaching")),
                limits.integer("questionTokens", 1, MAX_TOKENS),
                limits.integer("answerTokens", 1, MAX_TOKENS),
                hashes(root.child("sha256")));
        List.of(root, limits, decoder).forEach(JsonFields::end);
        configuration.requireFit(root);
        return configuration;
    }

    private static void requireVersion(JsonFields root) {
        int version = root.integer("version", 1, Integer.MAX_VALUE);
        if (version != VERSION) {
            String expected =
                    VERSION + ", the two-tower model; use the files that came with this release, or export again";
            throw root.refuse("version", Integer.toString(version), expected);
        }
    }

    private static ImageInput image(JsonFields fields) {
        ImageInput image = new ImageInput(
                fields.integer("size", 1, MAX_IMAGE_SIZE),
                Colour.read(fields, "mean", 0, 255),
                Colour.read(fields, "std", 1e-3, 1e6),
                Colour.read(fields, "pad", 0, 255));
        fields.end();
        return image;
    }

    private static Encoder encoder(JsonFields fields) {
        List<Block> blocks = new ArrayList<>();
        int channels = RGB;
        for (JsonFields block : fields.children("blocks", MAX_BLOCKS)) {
            blocks.add(block(block, channels));
            channels = blocks.getLast() instanceof Conv conv ? conv.out() : channels;
        }
        int grid = fields.integer("grid", 1, MAX_GRID);
        Layers layers = layers(fields);
        fields.end();
        return new Encoder(List.copyOf(blocks), channels, grid, layers);
    }

    private static Block block(JsonFields fields, int channels) {
        String kind = fields.text("kind");
        Block block = switch (kind) {
            case "conv" ->
                new Conv(
                        fields.integer("in", channels, channels),
                        fields.integer("out", 1, MAX_CHANNELS),
                        fields.integer("kernel", 1, 64),
                        fields.integer("stride", 1, 64),
                        fields.integer("padding", 0, 63));
            case "residual" -> new Residual(fields.integer("channels", channels, channels));
            default -> throw fields.refuse("kind", kind, "conv or residual");
        };
        fields.end();
        return block;
    }

    private static Layers layers(JsonFields fields) {
        Layers layers = new Layers(
                fields.integer("width", 1, MAX_WIDTH),
                fields.integer("layers", 0, MAX_LAYERS),
                fields.integer("heads", 1, MAX_HEADS),
                fields.integer("mlp", 1, 4 * MAX_WIDTH));
        if (layers.width() % layers.heads() != 0) {
            throw fields.refuse("heads", Integer.toString(layers.heads()), "a divisor of " + layers.width());
        }
        return layers;
    }

    private static List<Integer> names(JsonFields root) {
        int[] ids = root.integers("names", 1, MAX_NAMES, 0, Integer.MAX_VALUE);
        return Arrays.stream(ids).boxed().toList();
    }

    private static Photo photo(JsonFields fields) {
        int[] names = fields.integers("names", 1, MAX_KINDS, 0, MAX_NAMES - 1);
        Photo photo = new Photo(
                Arrays.stream(names).boxed().toList(),
                fields.integer("things", 1, MAX_THINGS),
                fields.integer("classes", 1, MAX_CLASSES),
                fields.integer("hidden", 1, 4 * MAX_WIDTH),
                fields.number("sure", 0, 1),
                fields.number("certain", 0, 1),
                fields.number("drawn", 0, 1));
        fields.end();
        return photo;
    }

    private static Hashes hashes(JsonFields fields) {
        Hashes hashes = new Hashes(
                fields.text(WordTokenizer.FILE),
                fields.text(WeightReader.FILE),
                fields.text(PhotoTower.FILE),
                fields.text(PhotoTower.WEIGHTS_FILE));
        fields.end();
        return hashes;
    }

    private static AnswerRule answer(JsonFields fields) {
        AnswerRule rule = new AnswerRule(
                fields.integer("unsure", 0, Integer.MAX_VALUE),
                fields.number("threshold", 0, 1),
                fields.number("temperature", 1e-3, 1e3),
                fields.text("sentence"));
        fields.end();
        return rule;
    }

    private static double usualEvidence(JsonFields fields) {
        double evidence = fields.number("usual", 0, 1);
        fields.end();
        return evidence;
    }

    private void requireFit(JsonFields root) {
        if (encoder.layers().width() != decoder.width()) {
            throw root.refuse(
                    "decoder.width",
                    Integer.toString(decoder.width()),
                    "the encoder's, " + encoder.layers().width());
        }
        if (textPositions < FRAME_TOKENS + questionTokens + answerTokens) {
            throw root.refuse(
                    "decoder.positions",
                    Integer.toString(textPositions),
                    "at least " + (FRAME_TOKENS + questionTokens + answerTokens) + " for question and answer");
        }
        for (int name : photo.names()) {
            if (name >= names.size()) {
                throw root.refuse("photo.names", Integer.toString(name), "an index below " + names.size());
            }
        }
        requireGrid(root);
    }

    /** Follows the edge of the picture through the blocks to the grid. */
    private void requireGrid(JsonFields root) {
        int size = image.size();
        for (int i = 0; i < encoder.blocks().size(); i++) {
            if (encoder.blocks().get(i) instanceof Conv conv) {
                int span = size + 2 * conv.padding() - conv.kernel();
                size = span < 0 ? 0 : span / conv.stride() + 1;
                if (size == 0 || (long) size * size * conv.out() > MAX_MAP_FLOATS) {
                    String found = size + " x " + size + " x " + conv.out() + " features";
                    throw root.refuse("encoder.blocks[" + i + "]", found, "1 to " + MAX_MAP_FLOATS + " features");
                }
            }
        }
        if (size != encoder.grid()) {
            throw root.refuse("encoder.grid", Integer.toString(encoder.grid()), "the edge the blocks lead to, " + size);
        }
    }
}
