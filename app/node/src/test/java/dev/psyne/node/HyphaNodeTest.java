package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.hypha.RemoteService;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.hypha.Visibility;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The node as hypha's clients, HTTP callers and tools see it. */
class HyphaNodeTest {
    private static final String QUESTION = "What is in the picture?";

    private static RunningNode node;
    private static HyphaClient client;

    @BeforeAll
    static void start() {
        node = new RunningNode();
        client = HyphaClient.connect(HyphaClientOptions.to(node.uri()));
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    private static String words(RemoteService vision, Object image) {
        StringBuilder words = new StringBuilder();
        try (RemoteStream stream = vision.stream("ask", Map.of("image", image, "question", QUESTION))) {
            stream.forEachRemaining(words::append);
        }
        return words.toString();
    }

    @Test
    void theModelAnswersWordByWord() throws Exception {
        RemoteService vision = client.service(VisionService.ID);
        String words = words(vision, node.scene());
        assertFalse(words.isBlank());
        Map<?, ?> answer =
                assertInstanceOf(Map.class, vision.call("answer", Map.of("image", node.scene(), "question", QUESTION)));
        assertEquals(words.strip(), String.valueOf(answer.get("text")).strip());
        assertTrue(assertInstanceOf(Number.class, answer.get("tokens")).longValue() > 0);
    }

    @Test
    void pixelsAreAPictureToo() throws Exception {
        var picture = ImageIO.read(new ByteArrayInputStream(node.scene()));
        byte[] pixels = new byte[picture.getWidth() * picture.getHeight() * 3];
        for (int i = 0; i < pixels.length / 3; i++) {
            int colour = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
            pixels[3 * i] = (byte) (colour >> 16);
            pixels[3 * i + 1] = (byte) (colour >> 8);
            pixels[3 * i + 2] = (byte) colour;
        }
        RemoteService vision = client.service(VisionService.ID);
        NumpyArray array = NumpyArray.of(pixels, picture.getHeight(), picture.getWidth(), 3);
        assertEquals(words(vision, node.scene()), words(vision, array));
    }

    @Test
    void whatIsNoQuestionIsRefused() {
        RemoteService vision = client.service(VisionService.ID);
        HyphaException missing = assertThrows(HyphaException.class, () -> vision.call("answer", Map.of()));
        assertTrue(String.valueOf(missing.getMessage()).contains("'question'"), missing::toString);
        Map<String, Object> broken = Map.of("image", new byte[] {1, 2, 3}, "question", QUESTION);
        HyphaException none = assertThrows(HyphaException.class, () -> vision.call("answer", broken));
        assertTrue(String.valueOf(none.getMessage()).contains("invalid_image"), none::toString);
        NumpyArray floats = NumpyArray.of(new float[12], 2, 2, 3);
        assertThrows(HyphaException.class, () -> vision.call("answer", Map.of("image", floats, "question", QUESTION)));
    }

    @Test
    void theModelsAreListedOverHttp() throws Exception {
        JsonNode models = node.parse(node.get("/public/services/vision/models").body());
        assertEquals("scenes-2", models.get(0).path("name").asString());
        JsonNode document =
                node.parse(node.get("/public/services/vision/openapi.json").body());
        assertTrue(document.path("paths").has("/public/services/vision/ask"), document::toString);
        assertEquals(200, node.get("/health/readiness").statusCode());
    }

    @Test
    void whatAClientServesIsCalledOverHttp() throws Exception {
        client.register(HyphaService.builder("math")
                .visibility(Visibility.PUBLIC)
                .method(
                        "twice",
                        call -> 2
                                * assertInstanceOf(Number.class, call.argument(0, "n"))
                                        .longValue())
                .build());
        String path = "/" + client.workspace() + "/services/math/twice";
        assertEquals("14", node.get(path + "?n=7").body());
        assertEquals(
                404, node.get("/" + client.workspace() + "/services/none/twice").statusCode());
        client.unregister("math");
        assertEquals(404, node.get(path + "?n=7").statusCode());
    }

    @Test
    void toolsAreCalledOverMcp() throws Exception {
        String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        HttpResponse<String> answer = node.client()
                .send(
                        HttpRequest.newBuilder(node.uri().resolve("/public/mcp"))
                                .POST(HttpRequest.BodyPublishers.ofString(list))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.body().contains("vision__answer"), answer.body());
    }

    @Test
    void metersCountHyphasClients() throws Exception {
        String meters = node.get("/metrics").body();
        assertTrue(meters.contains("psyne_hypha_frames_total"), meters);
        assertTrue(meters.contains("psyne_hypha_calls_total"), meters);
    }

    @Test
    void theCommandLineIsAClient(@TempDir Path folder) throws Exception {
        Path picture = Files.write(folder.resolve("scene.png"), node.scene());
        assertTrue(psyne("services").contains("public/psyne:vision"));
        String spoken = psyne("call", "vision.ask", "@" + picture, QUESTION);
        String named = psyne("call", "vision.answer", "image=@" + picture, "question=" + QUESTION);
        assertEquals(node.parse(named).path("text").asString().strip(), spoken.strip());
        assertEquals(
                node.parse(psyne("call", "vision.models", "--json"))
                        .get(0)
                        .path("name")
                        .asString(),
                "scenes-2");
    }

    private static String psyne(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 3);
        all[arguments.length] = "--hypha";
        all[arguments.length + 1] = "--url";
        all[arguments.length + 2] = node.uri().toString();
        int code = Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), all);
        assertEquals(ExitCode.DONE, code, err::toString);
        return out.toString();
    }

    @Test
    void aPictureOfPixelsHasAShape() {
        for (NumpyArray wrong : List.of(
                NumpyArray.of(new byte[6], 6),
                NumpyArray.of(new byte[8], 2, 2, 2),
                NumpyArray.of(new byte[0], 0, 4, 3),
                new NumpyArray("int8", List.of(1L, 1L), MemorySegment.ofArray(new byte[1])))) {
            assertThrows(IllegalArgumentException.class, () -> PixelFile.of(wrong));
        }
    }
}
