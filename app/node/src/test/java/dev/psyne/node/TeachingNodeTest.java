package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.value.Value;

/** Teaching a running node over psyne.v1, and what it answers then. */
class TeachingNodeTest {
    private static final String EMBEDDED = "scenes-2";

    @TempDir
    private Path folder;

    private RunningNode node;
    private AskingClient client;

    @BeforeEach
    void start() {
        node = new RunningNode(Optional.of(folder.resolve("taught")), RunningNode.MODEL, RunningNode.TALKING);
        client = new AskingClient(node.client(), node.uri());
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    private Map<Value, Value> done(String method, Map<String, ?> arguments) throws Exception {
        Map<Value, Value> message = client.call(method, arguments);
        assertEquals("end", AskingClient.text(message, "t"), message.toString());
        return AskingClient.of(message, "value").asMapValue().map();
    }

    private void refused(String code, String why, String method, Map<String, ?> arguments) throws Exception {
        Map<Value, Value> message = client.call(method, arguments);
        assertEquals("error", AskingClient.text(message, "t"), message.toString());
        String sentence = AskingClient.text(message, "message");
        assertEquals(code, AskingClient.text(message, "code"), sentence);
        assertTrue(sentence.contains(why), sentence);
    }

    private List<String> names() throws Exception {
        Value list = AskingClient.of(client.call("vision.taught", Map.of()), "value");
        List<String> names = new ArrayList<>();
        for (Value thing : list.asArrayValue()) {
            names.add(AskingClient.text(thing.asMapValue().map(), "name"));
        }
        return names;
    }

    private String answer(String question) throws Exception {
        return client.ask(EMBEDDED, List.of(LessonFixture.unseen("fountain")), question)
                .path("value")
                .path("text")
                .asString();
    }

    @Test
    void aThingIsTaughtAskedAboutRenamedForgottenAndBroughtBack() throws Exception {
        assertEquals(List.of(), names());
        Map<Value, Value> thing =
                done("vision.teach", Map.of("name", "my pot", "images", LessonFixture.lesson("fountain")));
        assertEquals("my pot", AskingClient.text(thing, "name"));
        assertEquals(4, AskingClient.of(thing, "pictures").asIntegerValue().asInt());
        assertTrue(AskingClient.of(thing, "taughtAt").asIntegerValue().asLong() > 0);
        assertEquals(List.of("my pot"), names());
        assertEquals("my pot", answer("what is this"));
        assertEquals("yes", answer("is there a my pot"));
        done("vision.renameTaught", Map.of("from", "my pot", "to", "Omas pot"));
        assertEquals("Omas pot", answer("what is this"));
        String token = AskingClient.text(done("vision.forgetTaught", Map.of("name", "omas pot")), "token");
        assertEquals(List.of(), names());
        assertFalse(answer("what is this").contains("pot"));
        done("vision.restoreTaught", Map.of("token", token));
        assertEquals("Omas pot", answer("what is this"));
        refused("taught_not_found", "too long ago", "vision.restoreTaught", Map.of("token", token));
    }

    @Test
    void anExportedThingIsImported() throws Exception {
        done("vision.teach", Map.of("name", "my pot", "images", LessonFixture.lesson("fountain")));
        Map<Value, Value> file = done("vision.exportTaught", Map.of("name", "my pot"));
        assertEquals("my-pot.psyne", AskingClient.text(file, "filename"));
        byte[] bytes = AskingClient.of(file, "bytes").asBinaryValue().asByteArray();
        refused("invalid_argument", "taught already", "vision.importTaught", Map.of("bytes", bytes));
        done("vision.forgetTaught", Map.of("name", "my pot"));
        assertEquals("my pot", AskingClient.text(done("vision.importTaught", Map.of("bytes", bytes)), "name"));
        assertEquals("my pot", answer("what is this"));
        byte[] none = "{}".getBytes(StandardCharsets.UTF_8);
        refused("invalid_argument", "no file of a taught thing", "vision.importTaught", Map.of("bytes", none));
        byte[] large = new byte[TaughtFile.MAX_BYTES + 1];
        refused("invalid_argument", "at most", "vision.importTaught", Map.of("bytes", large));
    }

    @Test
    void mistakesAreToldWithThePictureTheyAreAbout() throws Exception {
        List<byte[]> lesson = LessonFixture.lesson("fountain");
        String teach = "vision.teach";
        refused("invalid_argument", "choose another", teach, Map.of("name", "cat", "images", lesson));
        refused("invalid_argument", "letters, digits", teach, Map.of("name", "a/b", "images", lesson));
        refused("invalid_argument", "at most 40", teach, Map.of("name", "x".repeat(41), "images", lesson));
        refused("invalid_argument", "3 to 10", teach, Map.of("name", "x1", "images", lesson.subList(0, 2)));
        refused("invalid_argument", "3 to 10", teach, Map.of("name", "x1", "images", many(lesson, 11)));
        refused("invalid_argument", "must be an array", teach, Map.of("name", "x1"));
        refused("invalid_argument", "picture 2", teach, Map.of("name", "x1", "images", List.of(lesson.get(0), "b")));
        byte[] blank = LessonFixture.blank();
        refused("invalid_image", "Picture 2 shows nothing", teach, with(lesson, blank));
        refused("invalid_image", "Picture 2 cannot be taken", teach, with(lesson, new byte[] {1, 2, 3}));
        refused("invalid_image", "Picture 2 is the same as picture 1", teach, with(lesson, lesson.get(0)));
        refused("taught_not_found", "was not taught", "vision.forgetTaught", Map.of("name", "x1"));
        refused("taught_not_found", "was not taught", "vision.exportTaught", Map.of("name", "x1"));
        refused("model_not_found", "no model", "vision.taught", Map.of("model", "nobody"));
        assertEquals(List.of(), names());
    }

    private static Map<String, ?> with(List<byte[]> lesson, byte[] second) {
        List<byte[]> images = new ArrayList<>(lesson);
        images.set(1, second);
        return new HashMap<>(Map.of("name", "x1", "images", images));
    }

    private static List<byte[]> many(List<byte[]> lesson, int count) {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(lesson.get(i % lesson.size()));
        }
        return images;
    }

    @Test
    void aModelThatTalksCannotBeTaught() throws Exception {
        refused("unsupported", "cannot be taught", "vision.taught", Map.of("model", "smolvlm2"));
        Map<String, ?> lesson = Map.of("model", "smolvlm2", "name", "x1", "images", LessonFixture.lesson("fountain"));
        refused("unsupported", "cannot be taught", "vision.teach", lesson);
    }

    @Test
    void whatAnotherProcessKeepsIsKnownAtOnceAndANodeStartedAnewKnowsIt() throws Exception {
        done("vision.teach", Map.of("name", "my pot", "images", LessonFixture.lesson("fountain")));
        stop();
        start();
        assertEquals("my pot", answer("what is this"));
        TaughtStore other = new TaughtStore(folder.resolve("taught"), sha256());
        other.rename("my pot", "old pot");
        assertEquals("old pot", answer("what is this"));
    }

    private String sha256() throws Exception {
        return node.parse(Files.readString(RunningNode.MODEL.resolve("model.json")))
                .path("sha256")
                .path("model.safetensors")
                .asString();
    }
}
