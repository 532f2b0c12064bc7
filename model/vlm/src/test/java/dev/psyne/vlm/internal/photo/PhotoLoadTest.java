package dev.psyne.vlm.internal.photo;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Files that cannot be used; the message names what is wrong. */
class PhotoLoadTest {
    private final Scheduler scheduler = Scheduler.create(1);
    private final Kernels kernels = Kernels.create(scheduler, KernelChoice.SCALAR);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        scheduler.close();
    }

    private void refused(Path directory, boolean verifyHash, String... named) {
        ModelException e = assertThrows(ModelException.class, () -> PhotoTower.load(directory, kernels, 1, verifyHash));
        for (String name : named) {
            assertTrue(String.valueOf(e.getMessage()).contains(name), e.getMessage());
        }
    }

    private void refusedConfiguration(Consumer<ObjectNode> change, String... named) {
        refused(PhotoFixture.withConfiguration(folder, change), false, named);
    }

    private static ObjectNode block(ObjectNode root, String name) {
        for (JsonNode block : root.get("blocks")) {
            if (block.get("name").stringValue().equals(name)) {
                return (ObjectNode) block;
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void aMissingTensor() {
        Path directory = PhotoFixture.withHeader(folder, header -> header.set("stem.bia5", header.remove("stem.bias")));
        refused(directory, false, PhotoWeights.FILE, "stem.bias", "nothing");
    }

    @Test
    void aTensorOfAnotherShape() {
        Path directory = PhotoFixture.withHeader(folder, header -> {
            ArrayNode shape = (ArrayNode) header.get("stage1.in.weight").get("shape");
            shape.set(0, 16).set(1, 64);
        });
        refused(directory, false, "stage1.in.weight", "64", "32");
    }

    @Test
    void aTensorTooMany() {
        refusedConfiguration(
                root -> {
                    ArrayNode blocks = (ArrayNode) root.get("blocks");
                    blocks.remove(blocks.size() - 1);
                    ((ArrayNode) root.get("levels")).remove(2);
                },
                PhotoWeights.FILE,
                "head32.out");
    }

    @Test
    void weightsThatWereChanged() throws IOException {
        Path directory = PhotoFixture.withConfiguration(folder, root -> {});
        byte[] bytes = Files.readAllBytes(directory.resolve(PhotoWeights.FILE));
        bytes[bytes.length - 1] ^= 1;
        Files.write(directory.resolve(PhotoWeights.FILE), bytes);
        refused(directory, true, PhotoWeights.FILE, "SHA-256");
    }

    @Test
    void weightsThatEndEarly() throws IOException {
        Path directory = PhotoFixture.withConfiguration(folder, root -> {});
        byte[] bytes = Files.readAllBytes(directory.resolve(PhotoWeights.FILE));
        Files.write(directory.resolve(PhotoWeights.FILE), Arrays.copyOf(bytes, bytes.length / 2));
        refused(directory, false, PhotoWeights.FILE);
    }

    @Test
    void noFiles() {
        refused(folder, true, PhotoConfiguration.FILE);
    }

    @Test
    void anotherFormat() {
        refusedConfiguration(root -> root.put("format", "onnx"), "format", "onnx");
    }

    @Test
    void aKeyNobodyKnows() {
        refusedConfiguration(root -> block(root, "pool").put("dilation", 2), "blocks[1].dilation");
    }

    @Test
    void anotherSlope() {
        refusedConfiguration(root -> root.put("slope", 0.2), "slope", "0.2");
    }

    @Test
    void groupsThatTheKernelsDoNotHave() {
        refusedConfiguration(root -> block(root, "stem").put("groups", 3), "blocks[0].groups");
    }

    @Test
    void aBlockBeforeItsSource() {
        refusedConfiguration(root -> block(root, "stage1.in").put("from", "stage4"), "stage1.in", "stage4");
    }

    @Test
    void channelsThatDoNotFit() {
        refusedConfiguration(root -> block(root, "stage2.in").put("in", 32), "stage2.in", "64");
    }

    @Test
    void mapsThatDoNotFit() {
        refusedConfiguration(
                root -> ((ArrayNode) block(root, "stage2").get("from")).set(0, "stage1"), "stage2", "maps of one size");
    }

    @Test
    void aWindowLargerThanItsMap() {
        refusedConfiguration(
                root -> {
                    ((ObjectNode) root.get("image")).put("size", 2);
                    block(root, "stem").put("padding", 0);
                },
                "stem",
                "a window of 3");
    }

    @Test
    void aLevelOfOtherChannels() {
        refusedConfiguration(root -> root.put("bins", 12), "head8.out", "124", "128");
    }

    @Test
    void twoBlocksOfOneName() {
        refusedConfiguration(root -> block(root, "stage1.in").put("name", "pool"), "pool", "second");
    }
}
