package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asking questions: what ends an answer, what makes two answers equal, what is refused. */
class AskTest {
    private static final String QUESTION = "What is this?";
    private static final int ASKERS = 24;

    @TempDir
    private static Path folder;

    private static Scheduler scheduler;
    private static SceneModel model;
    private static Picture picture;
    private static Scene scene;

    @BeforeAll
    static void load() {
        scheduler = Scheduler.create(2);
        model = SceneModel.load(EmbeddedModel.alwaysSure(folder), scheduler);
        picture = EmbeddedModel.picture("golden/scene-0.png");
        scene = model.encode(picture);
    }

    @AfterAll
    static void close() {
        scene.close();
        model.close();
        scheduler.close();
    }

    @Test
    void givesTheSinkTheAnswerPieceByPiece() {
        List<Token> tokens = new ArrayList<>();
        Answer answer = model.ask(scene, QUESTION, Sampling.greedy(), tokens::add);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            assertEquals(i, tokens.get(i).index());
            assertTrue(tokens.get(i).probability() > 0 && tokens.get(i).probability() <= 1);
            text.append(tokens.get(i).text());
        }
        assertEquals(text.toString(), answer.text());
        assertEquals(tokens.size(), answer.tokens());
        assertTrue(answer.sure());
        assertTrue(answer.confidence() > 0 && answer.confidence() <= 1);
        assertTrue(answer.firstTokenNanos() <= answer.totalNanos());
        assertEquals(scene.encodeNanos(), answer.encodeNanos());
    }

    @Test
    void endsWhenTheSinkWantsNoMore() {
        List<Token> tokens = new ArrayList<>();
        Sampling wild = Sampling.topP(50, 1, 3);
        Answer answer = model.ask(scene, QUESTION, wild, token -> {
            tokens.add(token);
            return tokens.size() < 3;
        });
        assertEquals(3, tokens.size());
        assertEquals(3, answer.tokens());
        assertSame(FinishReason.CANCELLED, answer.reason());
    }

    @Test
    void passesTheSinksExceptionOn() {
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> model.ask(scene, QUESTION, Sampling.greedy(), token -> {
                    throw new IllegalStateException("sink");
                }));
        assertEquals("sink", thrown.getMessage());
    }

    @Test
    void endsAtTheLimitOfTokens() {
        Answer answer = model.ask(scene, QUESTION, Sampling.topP(50, 1, 3).withMaxTokens(2), token -> true);
        assertSame(FinishReason.LENGTH, answer.reason());
        assertEquals(2, answer.tokens());
    }

    @Test
    void endsBeforeAStopText() {
        Answer whole = model.ask(scene, QUESTION, Sampling.topP(50, 1, 3), token -> true);
        String stop = whole.text().substring(4, 7);
        Answer stopped = model.ask(scene, QUESTION, Sampling.topP(50, 1, 3).withStop(List.of(stop)), token -> true);
        assertSame(FinishReason.STOP, stopped.reason());
        assertEquals(whole.text().substring(0, whole.text().indexOf(stop)), stopped.text());
    }

    @Test
    void theSeedDecides() {
        Sampling first = Sampling.topP(50, 1, 3);
        String text = model.ask(scene, QUESTION, first, token -> true).text();
        assertEquals(text, model.ask(scene, QUESTION, first, token -> true).text());
        assertFalse(text.equals(model.ask(scene, QUESTION, Sampling.topP(50, 1, 4), token -> true)
                .text()));
    }

    @Test
    void saysThatItIsNotSure() throws Exception {
        Path unsure = Files.createDirectory(folder.resolve("unsure"));
        EmbeddedModel.copy(unsure, root -> root.withObject("answer").put("threshold", 1));
        try (SceneModel doubtful = SceneModel.load(unsure, scheduler);
                Scene seen = doubtful.encode(picture)) {
            List<Token> tokens = new ArrayList<>();
            Answer answer = doubtful.ask(seen, QUESTION, Sampling.topP(50, 1, 3), tokens::add);
            assertEquals("I am not sure.", answer.text());
            assertFalse(answer.sure());
            assertSame(FinishReason.UNSURE, answer.reason());
            assertEquals(1, tokens.size());
        }
    }

    @Test
    void wordsAlreadySaidAreFollowedByTheSentence() throws Exception {
        // Unlikely tokens, each of which lowers the confidence: the second one takes it below the threshold.
        List<Token> sure = new ArrayList<>();
        Sampling wild = Sampling.topP(50, 1, 0);
        for (int seed = 1; sure.isEmpty() || sure.get(0).text().isBlank(); seed++) {
            sure.clear();
            wild = Sampling.topP(50, 1, seed);
            model.ask(scene, QUESTION, wild, sure::add);
        }
        double first = sure.get(0).probability();
        double second = sure.get(1).probability();
        assertTrue(Math.sqrt(first) > Math.cbrt(first * second), "the second token is less likely");
        double threshold = (Math.sqrt(first) + Math.cbrt(first * second)) / 2;
        Path unsure = Files.createDirectory(folder.resolve("halfway"));
        EmbeddedModel.copy(
                unsure,
                root -> root.withObject("answer").put("threshold", threshold).put("unsure", 0));
        try (SceneModel doubtful = SceneModel.load(unsure, scheduler);
                Scene seen = doubtful.encode(picture)) {
            Answer answer = doubtful.ask(seen, QUESTION, wild, token -> true);
            assertFalse(answer.sure());
            assertEquals(sure.get(0).text() + ". I am not sure.", answer.text());
            assertEquals(2, answer.tokens());
        }
    }

    @Test
    void aCacheOfKeysAndValuesChangesNothing() {
        Decoder decoder = model.decoder();
        Decoder.Workspace atOnce = decoder.allocate();
        Decoder.Workspace stepwise = decoder.allocate();
        int[] tokens = new Random(5).ints(30, 1, 300).toArray();
        decoder.begin(scene.prefix(), scene.features(), atOnce);
        decoder.extend(tokens, tokens.length, scene.features(), atOnce);
        decoder.begin(scene.prefix(), scene.features(), stepwise);
        for (int token : tokens) {
            decoder.extend(new int[] {token}, 1, scene.features(), stepwise);
        }
        assertArrayEquals(atOnce.logits(), stepwise.logits(), 1e-4f);
    }

    @Test
    void manyAskersGetTheAnswersOfOne() {
        List<Sampling> samplings = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            samplings.add(Sampling.topP(50, 1, i));
            alone.add(
                    model.ask(scene, QUESTION, samplings.get(i), token -> true).text());
        }
        ConcurrentLinkedQueue<Integer> wrong = new ConcurrentLinkedQueue<>();
        Counter counter = Counter.create();
        for (int i = 0; i < ASKERS; i++) {
            int asker = i;
            scheduler.spawn(counter, () -> {
                try (Scene own = model.encode(picture)) {
                    Scene asked = asker % 2 == 0 ? own : scene;
                    Answer answer = model.ask(asked, QUESTION, samplings.get(asker), token -> true);
                    if (!answer.text().equals(alone.get(asker))) {
                        wrong.add(asker);
                    }
                }
            });
        }
        counter.await();
        assertEquals(List.of(), List.copyOf(wrong));
    }

    @Test
    void warmingUpChangesNoAnswer() {
        Sampling sampling = Sampling.topP(50, 1, 3);
        String before = model.ask(scene, QUESTION, sampling, token -> true).text();
        model.warmUp();
        assertEquals(before, model.ask(scene, QUESTION, sampling, token -> true).text());
    }

    @Test
    void refusesAQuestionItCannotTake() {
        assertSentence("", "no word");
        assertSentence(" ?! ", "no word");
        assertSentence("what is ".repeat(40), "too long");
        assertSentence("a".repeat(100_000), "100000 characters");
        assertThrows(QuestionException.class, () -> model.ask(scene, "", Sampling.greedy(), token -> true));
        model.checkQuestion(QUESTION);
    }

    private static void assertSentence(String question, String part) {
        QuestionException e = assertThrows(QuestionException.class, () -> model.checkQuestion(question));
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void refusesWhatIsClosedOrForeign() {
        SceneModel other = SceneModel.load(EmbeddedModel.DIRECTORY, scheduler);
        Scene theirs = other.encode(picture);
        assertThrows(
                IllegalArgumentException.class, () -> model.ask(theirs, QUESTION, Sampling.greedy(), token -> true));
        theirs.close();
        theirs.close();
        assertThrows(IllegalStateException.class, () -> other.ask(theirs, QUESTION, Sampling.greedy(), token -> true));
        other.close();
        assertThrows(IllegalStateException.class, () -> other.encode(picture));
    }
}
