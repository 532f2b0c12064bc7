package dev.psyne.vlm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tiny checkpoint with random weights and what transformers 5.18 computes with it, in single precision: see {@code
 * checkpoints/README.md} beside them.
 */
public final class GoldenCheckpoint implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final Checkpoint weights;
    private final Checkpoint goldens;
    private final JsonNode cases;

    public GoldenCheckpoint(String name) {
        this.directory = resource("/dev/psyne/vlm/checkpoints/" + name);
        this.weights = Checkpoint.open(directory);
        this.goldens = Checkpoint.open(directory.resolve("golden.safetensors"));
        this.cases = JSON.readTree(directory.resolve("golden.json").toFile()).get("cases");
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(GoldenCheckpoint.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    public Path directory() {
        return directory;
    }

    public Checkpoint weights() {
        return weights;
    }

    public JsonFields json(String file) {
        return JsonFields.read(directory.resolve(file));
    }

    /** The names of the cases. */
    public List<String> cases() {
        return List.copyOf(cases.propertyNames());
    }

    public JsonNode golden(String name) {
        return cases.get(name);
    }

    public int[] ids(String name, String key) {
        return StreamSupport.stream(golden(name).get(key).spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** Whether a case has pictures that are cut. */
    public boolean splits(String name) {
        JsonNode splits = golden(name).get("options").get("do_image_splitting");
        return splits == null || splits.booleanValue();
    }

    /** The pictures of a case. */
    public List<Picture> pictures(String name) {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.standard());
        return StreamSupport.stream(golden(name).get("images").spliterator(), false)
                .map(file -> directory.resolveSibling("images").resolve(file.stringValue()))
                .map(file -> {
                    try {
                        return decoder.decode(MemorySegment.ofArray(Files.readAllBytes(file)));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    /** Whether a stage was recorded; the large ones were for some cases only. */
    public boolean has(String name) {
        return goldens.names().contains(name);
    }

    public float[] floats(String name) {
        return goldens.tensor(name).floats();
    }

    /** Compares bytes stored as planes, tile after tile. */
    public void assertPixels(String name, List<Picture> tiles) {
        StoredTensor wanted = goldens.tensor(name);
        long index = 0;
        for (Picture tile : tiles) {
            for (int channel = 0; channel < Picture.CHANNELS; channel++) {
                for (int i = channel; i < tile.rgb().length; i += Picture.CHANNELS, index++) {
                    assertEquals(wanted.segment().get(ValueLayout.JAVA_BYTE, index), tile.rgb()[i], name);
                }
            }
        }
        assertEquals(wanted.shape().elements(), index, name);
    }

    /** The largest difference of some rows from a golden, from its element {@code first} on. */
    public static void assertRows(String what, float[] wanted, int first, Rows rows, int count, double bound) {
        double largest = 0;
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < rows.width(); i++) {
                float expected = wanted[first + row * rows.width() + i];
                largest = Math.max(largest, Math.abs(expected - rows.values()[rows.index(row) + i]));
            }
        }
        assertTrue(largest <= bound, what + " differs by " + largest);
    }

    @Override
    public void close() {
        weights.close();
        goldens.close();
    }
}
