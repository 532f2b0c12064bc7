package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded model asked about several pictures: what it says follows from what it says about each. */
class SeveralPicturesTest {
    private static final String UNSURE = "I am not sure.";

    @TempDir
    private static Path folder;

    private static Scheduler scheduler;
    private static SceneModel model;
    private static Picture first;
    private static Picture second;

    @BeforeAll
    static void load() {
        scheduler = Scheduler.create(2);
        model = SceneModel.load(EmbeddedModel.alwaysSure(folder), scheduler);
        first = EmbeddedModel.picture("golden/scene-0.png");
        second = EmbeddedModel.picture("golden/scene-1.png");
    }

    @AfterAll
    static void close() {
        model.close();
        scheduler.close();
    }

    private static Conversation about(String question, Picture... pictures) {
        List<Conversation.Part> parts = new ArrayList<>();
        for (Picture picture : pictures) {
            parts.add(new Conversation.Image(picture));
        }
        parts.add(new Conversation.Text(question));
        return new Conversation(List.of(new Conversation.Turn(Conversation.Role.USER, parts)));
    }

    private static Answer ask(String question, Picture... pictures) throws InterruptedException {
        return model.answer(about(question, pictures), Sampling.greedy(), token -> true);
    }

    @Test
    void answersAboutThePictureThatIsNamed() throws InterruptedException {
        Answer alone = ask("what do you see", first);
        Answer named = ask("what do you see in the first picture", first, second);
        assertEquals(alone.text(), named.text());
        assertEquals(alone.confidence(), named.confidence());
        assertEquals(
                ask("what do you see", second).text(),
                ask("what do you see in the last one", first, second).text());
    }

    @Test
    void joinsTheAnswersAboutEach() throws InterruptedException {
        Answer one = ask("what do you see", first);
        Answer other = ask("what do you see", second);
        Answer joined = ask("what do you see", first, second);
        assertEquals("first: " + one.text() + "; second: " + other.text(), joined.text());
        assertEquals(Math.min(one.confidence(), other.confidence()), joined.confidence());
        assertEquals(one.promptTokens() + other.promptTokens(), joined.promptTokens());
        assertEquals(one.text(), ask("what do you see", first, first, first).text());
    }

    @Test
    void comparesWhatItSaysOfEach() throws InterruptedException {
        assertEquals("nothing changed", ask("what changed", second, second).text());
        assertEquals(
                "yes, the same things", ask("are they the same", first, first).text());
        String one = ask("how many dogs are there", first).text();
        boolean isNumber = one.chars().allMatch(Character::isDigit);
        String sum = one.equals("0")
                ? "0"
                : isNumber ? 2 * Integer.parseInt(one) + " (" + one + " and " + one + ")" : UNSURE;
        assertEquals(sum, ask("how many dogs are there in all", first, first).text());
    }

    @Test
    void givesTheSinkTheAnswerWordByWord() throws InterruptedException {
        List<Token> tokens = new ArrayList<>();
        Answer answer = model.answer(about("what do you see", first, second), Sampling.greedy(), tokens::add);
        StringBuilder text = new StringBuilder();
        for (Token token : tokens) {
            assertEquals(answer.confidence(), token.probability());
            text.append(token.text());
        }
        assertEquals(answer.text(), text.toString());
        assertEquals(answer.text().split(" ").length, tokens.size());
        assertSame(FinishReason.END, answer.reason());
        assertTrue(answer.firstTokenNanos() <= answer.totalNanos());
    }

    @Test
    void endsWhereTheSamplingSays() throws InterruptedException {
        Conversation conversation = about("what do you see", first, second);
        Answer whole = model.answer(conversation, Sampling.greedy(), token -> true);
        Answer stopped = model.answer(conversation, Sampling.greedy().withStop(List.of("; second")), token -> true);
        assertSame(FinishReason.STOP, stopped.reason());
        assertEquals(whole.text().substring(0, whole.text().indexOf("; second")), stopped.text());
        Answer two = model.answer(conversation, Sampling.greedy().withMaxTokens(2), token -> true);
        assertSame(FinishReason.LENGTH, two.reason());
        assertEquals(2, two.tokens());
        Answer one = model.answer(conversation, Sampling.greedy(), token -> false);
        assertSame(FinishReason.CANCELLED, one.reason());
        assertEquals("first:", one.text());
    }

    @Test
    void endsAtOnceWhenNobodyWantsIt() throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        List<Token> tokens = new ArrayList<>();
        Answer answer =
                model.answer(about("what changed", first, second), Sampling.greedy(), tokens::add, cancellation);
        assertSame(FinishReason.CANCELLED, answer.reason());
        assertEquals("", answer.text());
        assertEquals(List.of(), tokens);
    }

    @Test
    void remembersWhatItSaw() throws InterruptedException {
        Answer _ = ask("what changed", first, second);
        assertEquals(0, ask("which one has more things", second, first).encodeNanos());
    }

    @Test
    void theLastMessageWithPicturesCounts() throws InterruptedException {
        Conversation.Turn asked = about("what changed", first, second).turns().getFirst();
        Conversation.Turn answered =
                new Conversation.Turn(Conversation.Role.ASSISTANT, List.of(new Conversation.Text("a")));
        Conversation.Turn again =
                Conversation.of("what is in the first picture").turns().getFirst();
        Conversation conversation = new Conversation(List.of(asked, answered, again));
        assertEquals(
                ask("what is in the picture", first).text(),
                model.answer(conversation, Sampling.greedy(), token -> true).text());
    }

    @Test
    void refusesWhatItCannotTake() {
        assertRefused(
                "this model takes at most 4",
                "what changed",
                Collections.nCopies(5, first).toArray(Picture[]::new));
        assertRefused("picture 3, but there are 2", "what is in the third picture", first, second);
        assertRefused("no word", "?", first, second);
        assertRefused("characters", "what is ".repeat(1000), first, second);
        assertThrows(
                ContextLengthException.class, () -> model.check(about("is there " + "a ".repeat(50), first, second)));
    }

    private static void assertRefused(String part, String question, Picture... pictures) {
        QuestionException e =
                assertThrows(QuestionException.class, () -> model.check(about(question, pictures)), question);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
}
