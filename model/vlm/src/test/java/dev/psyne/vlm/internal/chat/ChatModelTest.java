package dev.psyne.vlm.internal.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Conversation.Image;
import dev.psyne.vlm.Conversation.Part;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Conversation.Text;
import dev.psyne.vlm.Conversation.Turn;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.GoldenCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Conversations answered from published directories, as a user asks them. */
class ChatModelTest {
    private static final Sampling SIXTEEN = Sampling.greedy().withMaxTokens(16);

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

    private static Conversation conversation(GoldenCheckpoint golden, String test) {
        Iterator<Picture> pictures = golden.pictures(test).iterator();
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : golden.golden(test).get("messages")) {
            List<Part> parts = new ArrayList<>();
            for (JsonNode part : message.get("content")) {
                boolean isText = part.get("type").stringValue().equals("text");
                parts.add(isText ? new Text(part.get("text").stringValue()) : new Image(pictures.next()));
            }
            turns.add(new Turn(Role.valueOf(message.get("role").stringValue().toUpperCase(Locale.ROOT)), parts));
        }
        return new Conversation(turns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm1", "smolvlm2", "fastvlm"})
    void conversationsAreAnsweredAsByTheReference(String name) throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint(name);
                Model model = Model.load(golden.directory(), scheduler)) {
            model.warmUp();
            assertEquals(name, model.info().name());
            assertTrue(model.info().takesPictures());
            for (String test : golden.cases()) {
                if (!golden.splits(test)) {
                    continue;
                }
                List<Integer> ids = new ArrayList<>();
                StringBuilder streamed = new StringBuilder();
                Answer answer = model.answer(conversation(golden, test), SIXTEEN, token -> {
                    if (token.id() >= 0) {
                        ids.add(token.id());
                    }
                    streamed.append(token.text());
                    return true;
                });
                int[] found = ids.stream().mapToInt(Integer::intValue).toArray();
                int[] wanted = golden.ids(test, "greedy_ids");
                boolean ends = answer.reason() == FinishReason.END;
                assertArrayEquals(ends ? Arrays.copyOf(wanted, found.length) : wanted, found, name + " " + test);
                // The reference went on behind the end.
                String text = golden.golden(test).get("greedy_text").stringValue();
                assertEquals(ends ? text.substring(0, answer.text().length()) : text, answer.text());
                assertEquals(answer.text(), streamed.toString());
                assertEquals(golden.ids(test, "input_ids").length, answer.promptTokens());
                assertTrue(!ends
                        || wanted[found.length]
                                == golden.json("generation_config.json").integer("eos_token_id", 0, 10000));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightPrecision.class)
    void packedWeightsAnswerAsThoseInMemory(WeightPrecision precision) throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm")) {
            ModelOptions options = ModelOptions.standard().withPrecision(precision);
            Conversation conversation = conversation(golden, "one");
            List<String> answers = new ArrayList<>();
            for (ModelOptions each : List.of(options, options.withCache(folder), options.withCache(folder))) {
                try (Model model = Model.load(golden.directory(), scheduler, each)) {
                    answers.add(
                            model.answer(conversation, SIXTEEN, token -> true).text());
                    assertTrue(
                            model.info().weights().startsWith("BF16"),
                            model.info().weights());
                }
            }
            assertEquals(1, answers.stream().distinct().count());
        }
    }

    @Test
    void theSecondQuestionAboutAPictureEncodesNothing() throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2");
                Model model = Model.load(golden.directory(), scheduler)) {
            Picture picture = golden.pictures("one").getFirst();
            Answer first = model.answer(Conversation.about(picture, "What is this?"), SIXTEEN, token -> true);
            assertTrue(first.encodeNanos() > 0);
            assertEquals(0, first.cachedTokens());
            Picture same =
                    Picture.of(picture.width(), picture.height(), picture.rgb().clone());
            Answer second = model.answer(Conversation.about(same, "And what else?"), SIXTEEN, token -> true);
            assertEquals(0, second.encodeNanos());
            assertTrue(second.cachedTokens() > 32, second.toString());
        }
    }

    @Test
    void answersEndWhereTheyAreToldTo() throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm");
                Model model = Model.load(golden.directory(), scheduler)) {
            Conversation conversation = conversation(golden, "one");
            Answer whole = model.answer(conversation, SIXTEEN, token -> true);
            String stop = whole.text().substring(6, 9);
            Answer stopped = model.answer(conversation, SIXTEEN.withStop(List.of(stop)), token -> true);
            assertEquals(FinishReason.STOP, stopped.reason());
            assertEquals(whole.text().substring(0, whole.text().indexOf(stop)), stopped.text());
            Answer left = model.answer(conversation, Sampling.greedy(), token -> token.index() < 2);
            assertEquals(FinishReason.CANCELLED, left.reason());
            assertEquals(3, left.tokens());
            Sampling sampling =
                    Sampling.topP(0.8, 0.9, 5).withMaxTokens(8).withTopK(40).withMinP(0.01);
            assertEquals(
                    model.answer(conversation, sampling, token -> true).text(),
                    model.answer(conversation, sampling, token -> true).text());
        }
    }

    @Test
    void anAnswerThatIsCancelledEndsWhereItIs() throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2");
                Model model = Model.load(golden.directory(), scheduler)) {
            Conversation conversation = conversation(golden, "one");
            Cancellation before = new Cancellation();
            before.cancel();
            Answer unseen = model.answer(conversation, SIXTEEN, token -> true, before);
            assertEquals(FinishReason.CANCELLED, unseen.reason());
            assertEquals(0, unseen.tokens());
            assertEquals(ModelFigures.NONE.tokens(), model.figures().tokens());
            Cancellation during = new Cancellation();
            Answer left = model.answer(
                    conversation,
                    SIXTEEN,
                    token -> {
                        during.cancel();
                        return true;
                    },
                    during);
            assertEquals(FinishReason.CANCELLED, left.reason());
            assertEquals(1, left.tokens());
            while (model.figures().active() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whatTheModelDoesNotTakeIsRefusedWithTheReason() throws InterruptedException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1");
                Model model = Model.load(
                        golden.directory(), scheduler, ModelOptions.standard().withContextTokens(200))) {
            assertRefused(model, Conversation.of("  "), "Nothing is asked");
            assertRefused(model, Conversation.of("What is <image>?"), "contains <image>");
            assertRefused(model, Conversation.of("word ".repeat(300)), "Ask with less");
            assertEquals(200, model.info().contextTokens());
            model.close();
            assertThrows(
                    IllegalStateException.class, () -> model.answer(Conversation.of("Hello?"), SIXTEEN, token -> true));
        }
    }

    private static void assertRefused(Model model, Conversation conversation, String reason) {
        QuestionException refused =
                assertThrows(QuestionException.class, () -> model.answer(conversation, SIXTEEN, token -> true));
        assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused.getMessage());
    }

    @Test
    void anUnknownArchitectureIsToldWithThoseThatAreKnown() throws IOException {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1");
                Stream<Path> files = Files.list(golden.directory())) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path configuration = folder.resolve("config.json");
        String text = Files.readString(configuration);
        Files.writeString(configuration, text.replace("\"idefics3\"", "\"paligemma\""));
        ModelException unknown = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        String message = String.valueOf(unknown.getMessage());
        assertTrue(message.contains("model_type: found paligemma"), message);
        assertTrue(message.contains("smolvlm, idefics3, fast_vlm, llava_qwen2, llama, qwen2"), message);
        Files.writeString(configuration, text.replace("\"gelu_pytorch_tanh\"", "\"relu\""));
        ModelException activation = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        assertTrue(String.valueOf(activation.getMessage()).contains("vision_config.hidden_act: found relu"));
        Files.writeString(configuration, text.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
        ModelException layers = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        assertTrue(String.valueOf(layers.getMessage()).contains("layers.2.input_layernorm.weight: found nothing"));
        Files.writeString(configuration, text.replace("\"intermediate_size\": 160", "\"intermediate_size\": 161"));
        ModelException shape = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        assertTrue(
                String.valueOf(shape.getMessage()).contains("gate_proj.weight: found [160, 64], expected [161, 64]"));
        Files.writeString(configuration, text);
        Files.delete(folder.resolve("tokenizer.json"));
        assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
        assertFalse(Files.exists(folder.resolve("tokenizer.json")));
    }
}
