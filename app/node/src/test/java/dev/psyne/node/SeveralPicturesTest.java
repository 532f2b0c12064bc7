package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions about several pictures, over psyne.v1 and on the command line. */
class SeveralPicturesTest {
    private static final String TALKER = "smolvlm2";
    private static final String EMBEDDED = "scenes-2";

    private static RunningNode node;
    private static AskingClient client;

    @BeforeAll
    static void start() {
        node = new RunningNode(RunningNode.TALKING, RunningNode.MODEL);
        client = new AskingClient(node.client(), node.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    private static byte[] scene(int index) throws Exception {
        String file = node.scenes().get(index).path("file").asString();
        return Files.readAllBytes(Path.of("src", "main", "resources", "dev", "psyne", "node", "page", "scenes", file));
    }

    private static String question(int scene) throws Exception {
        return node.scenes().get(scene).path("questions").get(0).asString();
    }

    private static long promptTokens(int pictures) throws Exception {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            images.add(scene(i));
        }
        JsonNode end = client.ask(TALKER, images, "What changed?");
        assertEquals("end", end.path("t").asString(), end.toString());
        return end.path("value").path("promptTokens").asLong();
    }

    @Test
    void aModelThatTalksReadsEveryPictureOfAQuestion() throws Exception {
        long one = promptTokens(1);
        long two = promptTokens(2);
        long four = promptTokens(4);
        assertTrue(two > one + 1 && four > two + 2, one + ", " + two + ", " + four);
    }

    @Test
    void theEmbeddedModelAnswersAboutThePictureThatIsNamed() throws Exception {
        JsonNode first =
                client.ask(EMBEDDED, List.of(scene(0)), "What do you see?").path("value");
        JsonNode named = client.ask(
                        EMBEDDED, List.of(scene(0), scene(2), scene(1)), "What do you see in the first picture?")
                .path("value");
        assertNotEquals("", first.path("text").asString());
        assertEquals(first.path("text"), named.path("text"));
        assertEquals(first.path("confidence"), named.path("confidence"));
    }

    @Test
    void theEmbeddedModelRefusesMorePicturesThanItCompares() throws Exception {
        JsonNode error = client.ask(EMBEDDED, Collections.nCopies(5, scene(0)), "What changed?");
        assertEquals("invalid_question", error.path("code").asString());
        assertEquals(
                "The question has 5 pictures; this model takes at most 4 in one question.",
                error.path("message").asString());
    }

    @Test
    void aPictureThatCannotBeReadIsRefusedAmongOthers() throws Exception {
        JsonNode error = client.ask(TALKER, List.of(scene(0), new byte[] {1, 2, 3}), "What changed?");
        assertEquals("error", error.path("t").asString());
        assertEquals("invalid_image", error.path("code").asString());
    }

    @Test
    void tooManyPicturesAreRefusedInTheModelsOwnWords() throws Exception {
        JsonNode error =
                client.ask(EMBEDDED, Collections.nCopies(Question.MAX_PICTURES + 1, scene(0)), "What changed?");
        assertEquals("invalid_question", error.path("code").asString());
        assertEquals(
                "The conversation has 65 pictures; ask with at most 64.",
                error.path("message").asString());
    }

    @Test
    void theListSaysHowManyPicturesOfAQuestionAModelLooksAt() throws Exception {
        promptTokens(1);
        client.ask(EMBEDDED, List.of(scene(0)), question(0));
        JsonNode data = node.parse(node.get("/v1/models").body()).path("data");
        assertTrue(data.get(0).path("psyne").path("questionPictures").asInt() > 4, data.toString());
        assertEquals(4, data.get(1).path("psyne").path("questionPictures").asInt());
    }

    private static int psyne(StringWriter out, StringWriter err, String... arguments) {
        return Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), arguments);
    }

    @Test
    void theCommandLineTakesPicturesAndBehindThemTheQuestion(@TempDir Path folder) throws Exception {
        String first = Files.write(folder.resolve("a.png"), scene(0)).toString();
        String last = Files.write(folder.resolve("b.png"), scene(1)).toString();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String embedded = RunningNode.MODEL.toString();
        String question = "What do you see in the second picture?";
        int code = psyne(out, err, "ask", first, last, question, "--json", "--model", embedded);
        assertEquals(ExitCode.DONE, code, err.toString());
        assertEquals("", err.toString());
        JsonNode answer = new JsonMapper().readTree(out.toString());
        assertEquals(question, answer.path("question").asString());
        JsonNode alone =
                client.ask(EMBEDDED, List.of(scene(1)), "What do you see?").path("value");
        assertEquals(alone.path("text"), answer.path("text"));

        StringWriter talked = new StringWriter();
        StringWriter silent = new StringWriter();
        String talker = RunningNode.TALKING.toString();
        code = psyne(talked, silent, "ask", first, last, "What changed?", "--json", "--model", talker);
        assertEquals(ExitCode.DONE, code, silent.toString());
        assertEquals("", silent.toString());
    }

    @Test
    void theCommandLineSaysWhyItRefusesPictures(@TempDir Path folder) throws Exception {
        String picture = Files.write(folder.resolve("a.png"), scene(0)).toString();
        StringWriter err = new StringWriter();
        String embedded = RunningNode.MODEL.toString();
        String[] arguments = {"ask", picture, picture, picture, picture, picture, "What changed?", "--model", embedded};
        assertNotEquals(ExitCode.DONE, psyne(new StringWriter(), err, arguments));
        assertEquals(
                "psyne: The question has 5 pictures; this model takes at most 4 in one question.",
                err.toString().strip());
    }

    @Test
    void aPictureWithoutAQuestionIsAUsageError() {
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.USAGE, psyne(new StringWriter(), err, "ask", "a.png"));
        assertTrue(err.toString().contains("QUESTION"), err.toString());
    }
}
