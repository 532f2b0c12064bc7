package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.SafetensorsHeader;
import dev.psyne.vlm.internal.photo.PhotoTower;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a directory must hold to be a model, and the sentence for what it does not. */
class ModelLoadTest {
    private static final int MUTATIONS = 2000;

    /** What the embedded model may take on disk. */
    private static final long MOST_BYTES = 15_000_000;

    private final Scheduler scheduler = Scheduler.create(1);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void tellsWhatItIs() throws IOException {
        try (SceneModel model = SceneModel.load(EmbeddedModel.DIRECTORY, scheduler)) {
            ModelInfo info = model.info();
            assertEquals("scenes-2", info.name());
            assertEquals(SceneModel.ARCHITECTURE, info.architecture());
            long weights = Files.size(EmbeddedModel.DIRECTORY.resolve(WeightReader.FILE));
            long photoWeights = Files.size(EmbeddedModel.DIRECTORY.resolve(PhotoTower.WEIGHTS_FILE));
            assertEquals(weights + photoWeights, info.fileBytes());
            assertTrue(info.fileBytes() <= MOST_BYTES, info.fileBytes() + " bytes");
            assertTrue(info.parameters() > 7_000_000, "parameters " + info.parameters());
            assertEquals(64, info.sha256().length());
            assertEquals(EmbeddedModel.DIRECTORY, info.path());
        }
    }

    @ParameterizedTest
    @MethodSource("brokenConfigurations")
    void refusesABrokenConfiguration(String message, Consumer<ObjectNode> change) {
        assertRefused(EmbeddedModel.copy(folder, change), "model.json", message);
    }

    static Stream<Arguments> brokenConfigurations() {
        return Stream.of(brokenPictures(), brokenText(), brokenThings()).flatMap(cases -> cases);
    }

    private static Stream<Arguments> brokenPictures() {
        return Stream.of(
                broken("format: found gguf, expected psyne-vlm", root -> root.put("format", "gguf")),
                broken("version: found 1, expected 2, the two-tower model", root -> root.put("version", 1)),
                broken("version: found 3", root -> root.put("version", 3)),
                broken("novelty: found this key", root -> root.put("novelty", 1)),
                broken("name: found nothing", root -> root.remove("name")),
                broken(
                        "image.size: found \"large\"",
                        root -> object(root, "image").put("size", "large")),
                broken(
                        "image.mean: found 2 entries",
                        root -> ((ArrayNode) object(root, "image").get("mean")).remove(0)),
                broken(
                        "image.std[0]: found 0",
                        root -> ((ArrayNode) object(root, "image").get("std")).set(0, 0)),
                broken("encoder.grid", root -> object(root, "encoder").put("grid", 9)),
                broken("encoder.heads", root -> object(root, "encoder").put("heads", 7)),
                broken(
                        "encoder.blocks[0].kind: found \"pool\"".replace("\"", ""),
                        root -> block(root).put("kind", "pool")),
                broken("encoder.blocks[0].in: found 4", root -> block(root).put("in", 4)),
                broken("encoder.blocks[0]: found 0 x 0", root -> {
                    object(root, "image").put("size", 1);
                    block(root).put("kernel", 9);
                }),
                broken("encoder.blocks[0]: found 2048 x 2048 x 24 features", root -> {
                    object(root, "image").put("size", 2048);
                    block(root).put("stride", 1);
                }));
    }

    private static Stream<Arguments> brokenText() {
        return Stream.of(
                broken("decoder.width", root -> object(root, "decoder").put("width", 6 * 7)),
                broken("decoder.positions", root -> object(root, "decoder").put("positions", 10)),
                broken("names: found 99999999", root -> ((ArrayNode) root.get("names")).add(99_999_999)),
                broken(
                        "answer.unsure: found 99999999",
                        root -> object(root, "answer").put("unsure", 99_999_999)),
                broken(
                        "answer.threshold: found 1.5",
                        root -> object(root, "answer").put("threshold", 1.5)),
                broken(
                        "limits.questionTokens: found 0",
                        root -> object(root, "limits").put("questionTokens", 0)));
    }

    private static Stream<Arguments> brokenThings() {
        return Stream.of(
                broken("photo: found nothing", root -> root.remove("photo")),
                broken("photo.things: found 0", root -> object(root, "photo").put("things", 0)),
                broken("photo.classes: found 99", root -> object(root, "photo").put("classes", 99)),
                broken("photo.sure: found 1.5", root -> object(root, "photo").put("sure", 1.5)),
                broken(
                        "photo.novelty: found this key",
                        root -> object(root, "photo").put("novelty", 1)),
                broken(
                        "photo.names: found 65000, expected an index below",
                        root -> ((ArrayNode) object(root, "photo").get("names")).set(0, 65_000)),
                broken(
                        "photo.names: found 79 names, expected 80",
                        root -> ((ArrayNode) object(root, "photo").get("names")).remove(0)),
                broken(
                        "sha256.photo.json: found nothing",
                        root -> object(root, "sha256").remove("photo.json")));
    }

    private static Arguments broken(String message, Consumer<ObjectNode> change) {
        return Arguments.of(message, change);
    }

    private static ObjectNode object(ObjectNode root, String key) {
        return (ObjectNode) root.get(key);
    }

    private static ObjectNode block(ObjectNode root) {
        return (ObjectNode) root.get("encoder").get("blocks").get(0);
    }

    @Test
    void refusesWeightsOfAnotherShape() {
        Path directory =
                EmbeddedModel.copy(folder, root -> object(root, "decoder").put("mlp", 100));
        assertRefused(directory, "model.safetensors", "decoder.layers.0.mlp.up.", "[100");
    }

    @Test
    void refusesTensorsNobodyWants() {
        Path directory = EmbeddedModel.copy(folder, root -> {
            ObjectNode decoder = object(root, "decoder");
            decoder.put("layers", decoder.get("layers").intValue() - 1);
        });
        assertRefused(directory, "model.safetensors", "decoder.layers.", "no further tensors");
    }

    @Test
    void refusesAnotherHashUnlessToldNotToLook() throws IOException {
        Path directory =
                EmbeddedModel.copy(folder, root -> object(root, "sha256").put("model.safetensors", "00"));
        assertRefused(directory, "model.safetensors", "SHA-256", "expected 00");
        for (String file : new String[] {"tokenizer.json", "photo.json", "photo.safetensors"}) {
            Path other = Files.createDirectory(folder.resolve("other-" + file));
            EmbeddedModel.copy(other, root -> object(root, "sha256").put(file, "00"));
            assertRefused(other, file, "SHA-256", "expected 00");
        }
        ModelOptions trusting = ModelOptions.standard().withVerifyHashes(false);
        try (SceneModel model = SceneModel.load(directory, scheduler, trusting)) {
            assertEquals("00", model.info().sha256());
        }
    }

    @Test
    void refusesAMissingFile() throws IOException {
        assertRefused(folder.resolve("nowhere"), "nowhere", "model.json");
        EmbeddedModel.copy(folder, root -> {});
        Files.delete(folder.resolve(PhotoTower.WEIGHTS_FILE));
        assertRefused(folder, "photo.safetensors", "readable file");
        Files.delete(folder.resolve(WeightReader.FILE));
        assertRefused(folder, "model.safetensors", "readable file");
        Files.delete(folder.resolve(PhotoTower.FILE));
        assertRefused(folder, "photo.json", "readable file");
        Files.delete(folder.resolve(WordTokenizer.FILE));
        assertRefused(folder, "tokenizer.json", "readable file");
    }

    @Test
    void refusesWeightsThatAreNoNumbers() throws IOException {
        EmbeddedModel.copy(folder, root -> {});
        Path file = folder.resolve(WeightReader.FILE);
        byte[] bytes = Files.readAllBytes(file);
        SafetensorsHeader.Entry entry = Objects.requireNonNull(
                SafetensorsHeader.parse(file, MemorySegment.ofArray(bytes)).get("patch.null"));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat((int) entry.begin(), Float.NaN);
        Files.write(file, bytes);
        ModelOptions trusting = ModelOptions.standard().withVerifyHashes(false);
        ModelException e = assertThrows(ModelException.class, () -> SceneModel.load(folder, scheduler, trusting));
        assertTrue(String.valueOf(e.getMessage()).contains("patch.null: found NaN"), e.getMessage());
    }

    @Test
    void mutatedConfigurationsAreReadOrRefused() throws IOException {
        byte[] good = Files.readAllBytes(EmbeddedModel.DIRECTORY.resolve(SceneConfiguration.FILE));
        Random random = new Random(41);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(96));
            }
            try {
                SceneConfiguration.parse(JsonFields.parse(Path.of("fuzz"), bytes));
            } catch (ModelException e) {
                refused++;
            }
        }
        assertTrue(refused > MUTATIONS / 10, refused + " refused");
    }

    private void assertRefused(Path directory, String... parts) {
        ModelException e = assertThrows(ModelException.class, () -> SceneModel.load(directory, scheduler));
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
