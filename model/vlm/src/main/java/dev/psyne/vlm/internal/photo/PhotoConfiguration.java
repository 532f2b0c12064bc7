package dev.psyne.vlm.internal.photo;

import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code photo.json} says, checked: every key is known and every number possible. Whether the blocks fit each other
 * is {@link PhotoPlan}'s to say.
 *
 * @param file the configuration's, for errors
 * @param bins values a side of a box is told by
 */
record PhotoConfiguration(
        Path file,
        String name,
        ImageInput image,
        List<PhotoBlock> blocks,
        List<Level> levels,
        int bins,
        DecodeRule decode,
        List<String> names,
        String weightsHash) {

    static final String FILE = "photo.json";
    static final String FORMAT = "psyne-photo";
    static final int VERSION = 1;

    /** Of every leaky rectifier; the kernels know no other. */
    private static final double SLOPE = 0.1;

    private static final int MAX_IMAGE_SIZE = 1024;
    private static final int MAX_BLOCKS = 256;
    private static final int MAX_LEVELS = 8;
    private static final int MAX_CHANNELS = 4096;
    private static final int MAX_WINDOW = 16;
    private static final int MAX_SOURCES = 8;
    private static final int MAX_BINS = 64;
    private static final int MAX_NAMES = 4096;
    private static final int MAX_THINGS = 256;
    private static final int RGB = 3;
    private static final int SIDES = 4;

    /** The picture as the net wants it: a square with the picture in its middle; colours red, green, blue, 0 to 255. */
    record ImageInput(int size, List<Float> mean, List<Float> std, List<Float> pad) {}

    /** Cells of one size: a row of chances and box sides for each, {@code stride} pixels of the square apart. */
    record Level(String from, int stride) {}

    /**
     * What counts as a thing.
     *
     * @param score least probability of its likeliest name
     * @param overlap of two of one name, as intersection over union, beyond which the less likely one is dropped
     * @param things most of them
     */
    record DecodeRule(double score, double overlap, int things) {}

    static PhotoConfiguration parse(JsonFields root) {
        String format = root.text("format");
        if (!format.equals(FORMAT)) {
            throw root.refuse("format", format, FORMAT);
        }
        root.integer("version", VERSION, VERSION);
        root.text("description");
        root.text("license");
        root.number("slope", SLOPE, SLOPE);
        JsonFields hashes = root.child("sha256");
        PhotoConfiguration configuration = new PhotoConfiguration(
                root.file(),
                root.text("name"),
                image(root.child("image")),
                blocks(root),
                levels(root),
                root.integer("bins", 2, MAX_BINS),
                decode(root.child("decode")),
                List.copyOf(root.texts("names", MAX_NAMES)),
                hashes.text(PhotoWeights.FILE));
        hashes.end();
        root.end();
        if (configuration.names().isEmpty() || configuration.levels().isEmpty()) {
            throw root.refuse("names and levels", "none", "at least one of each");
        }
        return configuration;
    }

    private static ImageInput image(JsonFields fields) {
        ImageInput image = new ImageInput(
                fields.integer("size", 1, MAX_IMAGE_SIZE),
                fields.numbers("mean", RGB, 0, 255),
                fields.numbers("std", RGB, 1e-3, 1e6),
                fields.numbers("pad", RGB, 0, 255));
        fields.end();
        return image;
    }

    private static List<PhotoBlock> blocks(JsonFields root) {
        List<PhotoBlock> blocks = new ArrayList<>();
        for (JsonFields fields : root.children("blocks", MAX_BLOCKS)) {
            blocks.add(block(fields));
            fields.end();
        }
        return List.copyOf(blocks);
    }

    private static PhotoBlock block(JsonFields fields) {
        String kind = fields.text("kind");
        String name = fields.text("name");
        return switch (kind) {
            case "conv" -> convolution(fields, name);
            case "pool" ->
                new PhotoBlock.Pool(
                        name,
                        fields.text("from"),
                        fields.integer("kernel", 1, MAX_WINDOW),
                        fields.integer("stride", 1, MAX_WINDOW),
                        fields.integer("padding", 0, MAX_WINDOW - 1));
            case "concat" -> new PhotoBlock.Concat(name, List.copyOf(fields.texts("from", MAX_SOURCES)));
            case "resize" -> new PhotoBlock.Resize(name, fields.text("from"), fields.text("add"));
            default -> throw fields.refuse("kind", kind, "conv, pool, concat or resize");
        };
    }

    private static PhotoBlock.Conv convolution(JsonFields fields, String name) {
        fields.integer("groups", 1, 1);
        String activation = fields.text("activation");
        if (!activation.equals("leaky") && !activation.equals("none")) {
            throw fields.refuse("activation", activation, "leaky or none");
        }
        return new PhotoBlock.Conv(
                name,
                fields.text("from"),
                fields.integer("in", 1, MAX_CHANNELS),
                fields.integer("out", 1, MAX_CHANNELS),
                fields.integer("kernel", 1, MAX_WINDOW),
                fields.integer("stride", 1, MAX_WINDOW),
                fields.integer("padding", 0, MAX_WINDOW - 1),
                activation.equals("leaky"));
    }

    private static List<Level> levels(JsonFields root) {
        List<Level> levels = new ArrayList<>();
        for (JsonFields fields : root.children("levels", MAX_LEVELS)) {
            levels.add(new Level(fields.text("from"), fields.integer("stride", 1, MAX_IMAGE_SIZE)));
            fields.end();
        }
        return List.copyOf(levels);
    }

    private static DecodeRule decode(JsonFields fields) {
        DecodeRule rule = new DecodeRule(
                fields.number("score", 1e-3, 1),
                fields.number("overlap", 0, 1),
                fields.integer("things", 1, MAX_THINGS));
        fields.end();
        return rule;
    }

    /** Values of a cell: a chance for each name, then the bins of each side. */
    int cellValues() {
        return names.size() + SIDES * bins;
    }
}
