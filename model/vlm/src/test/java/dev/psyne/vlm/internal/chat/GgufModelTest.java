package dev.psyne.vlm.internal.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.PackedWeights;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.GoldenCheckpoint;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint.Place;
import dev.psyne.vlm.internal.checkpoint.StoredType;
import dev.psyne.vlm.internal.layer.TensorMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden checkpoint of SmolVLM in GGUF files says what it says from its own. */
class GgufModelTest {
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

    private static float[] logits(Path path, int[] prompt) {
        try (PromptLogits logits = PromptLogits.open(path, scheduler, 256)) {
            float[] all = logits.after(prompt, prompt.length);
            return Arrays.copyOfRange(all, all.length - logits.vocabulary(), all.length);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "smolvlm1, F32, 1e-5",
        "smolvlm1, BF16, 0",
        "smolvlm1, F16, 0.02",
        "smolvlm1, Q8_0, 0.5",
        "smolvlm1, Q4_0, 12",
        "fastvlm, F32, 1e-5",
        "fastvlm, BF16, 0",
        "fastvlm, F16, 0.02",
        "fastvlm, Q8_0, 0.6",
        "fastvlm, Q4_0, 12"
    })
    void logitsAreThoseOfTheSameWeights(String name, StoredType type, double bound) throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint(name)) {
            Path file = folder.resolve("golden.gguf");
            new GgufConversion(golden, type).writeText(file);
            int[] prompt = golden.ids("text", "input_ids");
            float[] wanted = logits(golden.directory(), prompt);
            float[] found = logits(file, prompt);
            double largest = 0;
            for (int i = 0; i < wanted.length; i++) {
                largest = Math.max(largest, Math.abs(wanted[i] - found[i]));
            }
            assertTrue(largest <= bound, name + " " + type + " differs by " + largest);
        }
    }

    @Test
    void tokensTakenOneByOneHaveTheLogitsOfAllAtOnce() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm")) {
            Path file = folder.resolve("golden.gguf");
            new GgufConversion(golden, StoredType.F32).writeText(file);
            int[] prompt = golden.ids("text", "input_ids");
            try (PromptLogits logits = PromptLogits.open(file, scheduler, 256)) {
                assertArrayEquals(logits.after(prompt, prompt.length), logits.after(prompt, 1), 5e-5f);
            }
        }
    }

    /** Of llama.cpp's own builds the logarithms of probabilities differ by 0.0075 with F16, 0.22 with Q8_0. */
    @ParameterizedTest
    @CsvSource({"smolvlm1, F16, 0.02", "smolvlm1, Q8_0, 0.4", "fastvlm, F16, 0.02", "fastvlm, Q8_0, 0.4"})
    void probabilitiesAreThoseOfLlamaCpp(String name, StoredType type, double bound) throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint(name);
                Checkpoint recorded = Checkpoint.open(golden.directory().resolveSibling("llama.cpp.safetensors"))) {
            Path file = folder.resolve("golden.gguf");
            new GgufConversion(golden, type).writeText(file);
            int[] prompt = golden.ids("text", "input_ids");
            float[] wanted = recorded.tensor(name + "." + type).floats();
            try (PromptLogits logits = PromptLogits.open(file, scheduler, 256)) {
                int width = logits.vocabulary();
                float[] found = logits.after(prompt, prompt.length);
                int[] positions = {0, prompt.length / 2, prompt.length - 1};
                double largest = 0;
                for (int i = 0; i < positions.length; i++) {
                    double[] expected = logProbabilities(wanted, i * width, width);
                    double[] ours = logProbabilities(found, positions[i] * width, width);
                    for (int token = 0; token < width; token++) {
                        largest = Math.max(largest, Math.abs(expected[token] - ours[token]));
                    }
                }
                assertTrue(largest <= bound, name + " " + type + " differs by " + largest);
            }
        }
    }

    private static double[] logProbabilities(float[] logits, int first, int count) {
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += Math.exp(logits[i]);
        }
        double logSum = Math.log(sum);
        return IntStream.range(first, first + count)
                .mapToDouble(i -> logits[i] - logSum)
                .toArray();
    }

    @Test
    void conversationsAboutPicturesAreAnsweredAsByTheReference() throws IOException, InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            GgufConversion conversion = new GgufConversion(golden, StoredType.F32);
            conversion.writeText(folder.resolve("golden.gguf"));
            conversion.writeVision(folder.resolve("mmproj-golden.gguf"));
            try (Model model = Model.load(folder, scheduler);
                    Model reference = Model.load(golden.directory(), scheduler)) {
                assertEquals("golden", model.info().name());
                assertEquals("apache-2.0", model.info().license());
                assertTrue(model.info().takesPictures());
                Conversation conversation =
                        Conversation.about(golden.pictures("one").getFirst(), "What is in this picture?");
                assertEquals(answer(reference, conversation), answer(model, conversation));
            }
        }
    }

    @Test
    void withoutTheOtherHalfAModelTalks() throws IOException, InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            new GgufConversion(golden, StoredType.F32).writeText(folder.resolve("golden.gguf"));
            try (Model model = Model.load(folder.resolve("golden.gguf"), scheduler)) {
                assertTrue(!model.info().takesPictures());
                List<Integer> ids = new ArrayList<>();
                model.answer(
                        Conversation.of("Hello"), Sampling.greedy().withMaxTokens(4), token -> ids.add(token.id()));
                assertTrue(!ids.isEmpty());
            }
        }
    }

    private static String answer(Model model, Conversation conversation) throws InterruptedException {
        return model.answer(conversation, Sampling.greedy().withMaxTokens(12), token -> true)
                .text();
    }

    @Test
    void whatCannotBeRunIsRefusedWithTheKey() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            Path file = folder.resolve("golden.gguf");
            new GgufConversion(golden, StoredType.F32).writeText(file);
            byte[] bytes = Files.readAllBytes(file);
            assertRefused(
                    file, replaced(bytes, "llama", "gemma"), "general.architecture: found 'gemma', expected llama");
            assertRefused(file, replaced(bytes, "llama.block_count", "llama.block_many"), "llama.block_count: found");
            assertRefused(file, replaced(bytes, "blk.1.ffn_up.weight", "blk.1.ffn_UP.weight"), "mlp.up_proj.weight");
            assertRefused(file, replaced(bytes, "tokenizer.chat_template", "tokenizer.that_template"), "chat_template");
            assertRefused(file, Arrays.copyOf(bytes, bytes.length / 2), "golden.gguf");
            assertRefused(folder.resolve("none.gguf"), new byte[0], "none.gguf");
        }
    }

    @Test
    void theOtherHalfMustBeOneThatIsBuilt() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            GgufConversion conversion = new GgufConversion(golden, StoredType.F32);
            Path text = folder.resolve("golden.gguf");
            Path vision = folder.resolve("mmproj-golden.gguf");
            conversion.writeText(text);
            conversion.writeVision(vision);
            byte[] bytes = Files.readAllBytes(vision);
            Files.write(vision, replaced(bytes, "idefics3", "pixtral3"));
            ModelException refused = assertThrows(ModelException.class, () -> Model.load(text, scheduler));
            assertTrue(String.valueOf(refused.getMessage()).contains("clip.projector_type: found 'pixtral3'"));
            Files.write(vision, Arrays.copyOf(bytes, 100));
            assertThrows(ModelException.class, () -> Model.load(text, scheduler));
            assertRefused(vision, bytes, "this is the half that looks at pictures");
            Files.copy(text, folder.resolve("second.gguf"));
            ModelException several = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
            assertTrue(String.valueOf(several.getMessage()).contains("2 GGUF files"), several.getMessage());
        }
    }

    @Test
    void packedWeightsOfADirectoryAreFoundByIt() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            new GgufConversion(golden, StoredType.Q8_0).writeText(folder.resolve("golden.gguf"));
            Path cache = folder.resolve("cache");
            ModelOptions options = ModelOptions.standard().withCache(cache);
            try (Model model = Model.load(folder, scheduler, options)) {
                assertTrue(model.info().weights().contains("Q8_0 as I8 with the file's scales"));
            }
            assertTrue(Files.exists(PackedWeights.file(cache, folder, WeightPrecision.AS_STORED)));
        }
    }

    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(from);
        byte[] changed = bytes.clone();
        byte[] other = to.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(other, 0, changed, at, other.length);
        return changed;
    }

    private static void assertRefused(Path file, byte[] bytes, String message) throws IOException {
        Files.write(file, bytes);
        ModelException refused = assertThrows(ModelException.class, () -> Model.load(file, scheduler));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }

    @Test
    void rowsOfHeadsComeBackInOrder() {
        int[] rows = new int[8];
        TensorMap file = new TensorMap();
        try (Checkpoint checkpoint = new RenamedCheckpoint(List.of(file), Map.of("q", new Place(file, "attn_q", 4)))) {
            Arrays.setAll(rows, row -> checkpoint.storedRow("q", row));
        }
        assertArrayEquals(new int[] {0, 2, 1, 3, 4, 6, 5, 7}, rows);
    }
}
