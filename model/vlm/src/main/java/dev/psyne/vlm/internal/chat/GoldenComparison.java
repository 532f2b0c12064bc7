package dev.psyne.vlm.internal.chat;

import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.ModelCheck.Finding;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.vision.ImageInput;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every stage of a model beside what a reference recorded of it: {@code golden.json} with the cases, {@code
 * golden.safetensors} with a tensor for each case and stage. The limits are those of single precision.
 */
final class GoldenComparison {
    /** What is compared, in the order it is computed, and the largest difference that passes. */
    private enum Stage {
        PIXELS(0),
        VISION(5e-5),
        CONNECTOR(5e-5),
        PROMPT_IDS(0),
        LOGITS(5e-4),
        GREEDY_IDS(0);

        private final double limit;

        Stage(double limit) {
            this.limit = limit;
        }
    }

    private final ChatFiles files;
    private final Checkpoint goldens;
    private final Map<Stage, Double> largest = new EnumMap<>(Stage.class);
    private final List<String> left = new ArrayList<>();
    private int compared;

    private GoldenComparison(ChatFiles files, Checkpoint goldens) {
        this.files = files;
        this.goldens = goldens;
    }

    /** A finding for each stage. */
    static List<Finding> run(ChatFiles files, Path directory) {
        try (Checkpoint goldens = Checkpoint.open(directory.resolve("golden.safetensors"))) {
            GoldenComparison comparison = new GoldenComparison(files, goldens);
            for (GoldenCase one : GoldenCase.read(directory)) {
                comparison.compare(one);
            }
            return comparison.findings();
        }
    }

    private void compare(GoldenCase one) {
        if (!one.conversation().pictures().isEmpty() && files.images() == null) {
            left.add(one.name());
            return;
        }
        compared++;
        List<EncodedPictures.Encoded> pictures = encode(one);
        int[] ids = files.prompts().ids(one.conversation(), pictures);
        note(Stage.PROMPT_IDS, differing(one.inputIds(), ids));
        GoldenLogits logits = new GoldenLogits(files, one, pictures);
        if (goldens.names().contains(one.name() + ".logits_pos")) {
            note(
                    Stage.LOGITS,
                    logits.difference(goldens.tensor(one.name() + ".logits_pos").floats()));
        }
        note(Stage.GREEDY_IDS, differing(one.greedyIds(), logits.continued()));
    }

    private static int differing(int[] wanted, int[] found) {
        int count = Math.abs(wanted.length - found.length);
        for (int i = 0; i < Math.min(wanted.length, found.length); i++) {
            count += wanted[i] == found[i] ? 0 : 1;
        }
        return count;
    }

    private void note(Stage stage, double difference) {
        largest.merge(stage, difference, Math::max);
    }

    private List<EncodedPictures.Encoded> encode(GoldenCase one) {
        List<EncodedPictures.Encoded> encoded = new ArrayList<>();
        ImageInput input = files.images();
        int tile = 0;
        for (Picture picture : one.conversation().pictures()) {
            if (input == null) {
                break;
            }
            TileGrid grid = one.splits() ? input.split(picture) : input.whole(picture);
            Rows rows = Rows.allocate(
                    grid.tiles().size() * input.tokens(),
                    files.language().shape().width());
            for (int i = 0; i < grid.tiles().size(); i++) {
                int number = tile + i;
                pixels(one, number, grid.tiles().get(i));
                input.encode(grid.tiles().get(i), rows, i * input.tokens(), features -> vision(one, number, features));
            }
            connector(one, tile * input.tokens(), rows);
            tile += grid.tiles().size();
            String placeholder = input.placeholder(grid, files.prompts().imageToken());
            encoded.add(new EncodedPictures.Encoded(PictureDigest.of(picture), placeholder, rows, 0));
        }
        return encoded;
    }

    /** Pixels are recorded as planes of bytes. */
    private void pixels(GoldenCase one, int number, Picture tile) {
        String name = one.name() + ".pixel_u8";
        if (!goldens.names().contains(name)) {
            return;
        }
        StoredTensor wanted = goldens.tensor(name);
        byte[] rgb = tile.rgb();
        int plane = rgb.length / Picture.CHANNELS;
        for (int i = 0; i < rgb.length; i++) {
            long at = (long) number * rgb.length + (long) (i % Picture.CHANNELS) * plane + i / Picture.CHANNELS;
            int expected = Byte.toUnsignedInt(wanted.segment().get(ValueLayout.JAVA_BYTE, at));
            note(Stage.PIXELS, Math.abs(expected - Byte.toUnsignedInt(rgb[i])));
        }
    }

    /** Features are recorded as rows, or as planes of channels if there are four dimensions. */
    private void vision(GoldenCase one, int number, Rows features) {
        String name = one.name() + ".vision";
        if (!goldens.names().contains(name)) {
            return;
        }
        StoredTensor wanted = goldens.tensor(name);
        int width = features.width();
        int count = Math.toIntExact(wanted.shape().elements() / wanted.shape().dimension(0));
        boolean hasPlanes = wanted.shape().rank() == 4;
        float[] values = new float[count];
        wanted.read((long) number * count, count, values, 0);
        double difference = 0;
        for (int row = 0; row < count / width; row++) {
            for (int i = 0; i < width; i++) {
                float expected = values[hasPlanes ? i * (count / width) + row : row * width + i];
                difference = Math.max(difference, Math.abs(expected - features.values()[features.index(row) + i]));
            }
        }
        note(Stage.VISION, difference);
    }

    private void connector(GoldenCase one, int first, Rows rows) {
        String name = one.name() + ".connector";
        if (goldens.names().contains(name)) {
            float[] values = new float[rows.capacity() * rows.width()];
            goldens.tensor(name).read((long) first * rows.width(), values.length, values, 0);
            note(Stage.CONNECTOR, GoldenLogits.difference(values, rows));
        }
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            String what = stage.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            Double difference = largest.get(stage);
            if (difference != null) {
                String detail = "largest difference " + difference + ", at most " + stage.limit + " passes";
                findings.add(new Finding(what, difference <= stage.limit, detail));
            }
        }
        String others = left.isEmpty() ? "" : "; not compared, as the model takes no pictures: " + left;
        findings.add(new Finding("cases", compared > 0, compared + " compared" + others));
        return findings;
    }
}
