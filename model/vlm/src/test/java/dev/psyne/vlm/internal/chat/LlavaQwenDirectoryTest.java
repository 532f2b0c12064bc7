package dev.psyne.vlm.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.GoldenCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The golden checkpoint of FastVLM under the names Apple gives answers as under those of transformers. */
class LlavaQwenDirectoryTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int[] BLOCKS = {0, 2, 4, 7, 10};
    private static final int[] DOWNSAMPLING = {-1, 1, 3, 5, 8};
    private static final int[] POSITIONS = {-1, -1, -1, 6, 9};

    @TempDir
    private Path folder;

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    @BeforeEach
    void rename() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm")) {
            for (String file : new String[] {"tokenizer_config.json", "generation_config.json", "tokenizer.json"}) {
                Files.copy(golden.directory().resolve(file), folder.resolve(file));
            }
            Files.write(
                    folder.resolve("model.safetensors"),
                    renamed(Files.readAllBytes(golden.directory().resolve("model.safetensors"))));
            ObjectNode configuration = (ObjectNode)
                    JSON.readTree(golden.directory().resolve("config.json").toFile())
                            .get("text_config");
            configuration
                    .put("model_type", "llava_qwen2")
                    .put("mm_vision_tower", "mobileclip_l_192")
                    .put("image_aspect_ratio", "pad");
            Files.writeString(folder.resolve("config.json"), configuration.toString());
        }
    }

    private static byte[] renamed(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong());
        JsonNode header = JSON.readTree(Arrays.copyOfRange(file, 8, 8 + length));
        ObjectNode renamed = JSON.createObjectNode();
        header.propertyNames().forEach(name -> renamed.set(original(name), header.get(name)));
        byte[] json = renamed.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        ByteBuffer out = ByteBuffer.allocate(8 + padded.length + file.length - 8 - length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded.length).put(padded).put(file, 8 + length, file.length - 8 - length);
        return out.array();
    }

    private static String original(String name) {
        String here = name.replace("model.language_model.", "model.")
                .replace("model.multi_modal_projector.linear_1", "model.mm_projector.0")
                .replace("model.multi_modal_projector.linear_2", "model.mm_projector.2")
                .replace("model.vision_tower.timm_model.", "model.vision_tower.vision_tower.model.")
                .replace(".stem.", ".patch_embed.")
                .replace("final_conv", "conv_exp")
                .replace("se.fc1", "se.reduce")
                .replace("se.fc2", "se.expand")
                .replace(".gamma", "")
                .replace("proj.0.reparam_conv", "proj.0.lkb_reparam");
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            String prefix = "stages." + stage + ".";
            here = here.replace(prefix + "blocks", "network." + BLOCKS[stage])
                    .replace(prefix + "downsample", "network." + DOWNSAMPLING[stage])
                    .replace(prefix + "pos_emb", "network." + POSITIONS[stage]);
        }
        return here.contains("network.") ? here.replace(".mlp.", ".convffn.") : here;
    }

    private static Picture square(Picture picture) {
        int edge = Math.max(picture.width(), picture.height());
        byte[] rgb = new byte[edge * edge * Picture.CHANNELS];
        int left = (edge - picture.width()) / 2;
        int top = (edge - picture.height()) / 2;
        for (int y = 0; y < picture.height(); y++) {
            for (int i = 0; i < picture.width() * Picture.CHANNELS; i++) {
                rgb[((top + y) * edge + left) * Picture.CHANNELS + i] =
                        picture.rgb()[y * picture.width() * Picture.CHANNELS + i];
            }
        }
        return Picture.of(edge, edge, rgb);
    }

    @Test
    void picturesArePaddedAndAnsweredAsByTheSameWeights() throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm");
                Model reference = Model.load(golden.directory(), scheduler);
                Model model = Model.load(folder, scheduler)) {
            assertEquals("llava_qwen2", model.info().architecture());
            assertEquals(192, model.info().imageSize());
            Picture picture = golden.pictures("one").getFirst();
            assertTrue(picture.width() != picture.height());
            String wanted = answer(reference, square(picture));
            assertEquals(wanted, answer(model, picture));
            assertTrue(!wanted.equals(answer(reference, picture)));
            Picture line = Picture.of(8193, 1, new byte[8193 * Picture.CHANNELS]);
            assertThrows(QuestionException.class, () -> answer(model, line));
        }
    }

    private static String answer(Model model, Picture picture) throws InterruptedException {
        StringBuilder ids = new StringBuilder();
        model.answer(
                Conversation.about(picture, "What is this?"), Sampling.greedy().withMaxTokens(12), token -> {
                    ids.append(token.id()).append(' ');
                    return true;
                });
        return ids.toString();
    }

    @Test
    void anotherTowerIsRefused() throws IOException {
        Path configuration = folder.resolve("config.json");
        Files.writeString(
                configuration, Files.readString(configuration).replace("mobileclip_l_192", "openai/clip-vit-large"));
        ModelException refused = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("mm_vision_tower: found openai/clip-vit-large"),
                refused.getMessage());
    }
}
