package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NodeTest {
    private static RunningNode node;

    @BeforeAll
    static void start() {
        node = new RunningNode();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void answersAQuestionAboutABundledScene() throws Exception {
        HttpResponse<String> response = node.post(node.question(node.scene(), "what is in the picture?", false));
        assertEquals(200, response.statusCode(), response.body());
        JsonNode answer = node.parse(response.body());
        assertEquals("chat.completion", answer.path("object").asString());
        assertFalse(answer.path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString()
                .isBlank());
        double confidence = answer.path("psyne").path("confidence").asDouble();
        assertTrue(confidence > 0 && confidence <= 1, response.body());
    }

    @Test
    void streamsTheSameAnswerAsServerSentEvents() throws Exception {
        String question = "how many things are there?";
        String whole = node.parse(
                        node.post(node.question(node.scene(), question, false)).body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString();
        HttpResponse<String> response = node.post(node.question(node.scene(), question, true));
        assertEquals(
                "text/event-stream",
                response.headers().firstValue("content-type").orElse("").split(";")[0]);
        List<String> events = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        assertEquals("[DONE]", events.getLast());
        StringBuilder text = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            text.append(node.parse(event)
                    .path("choices")
                    .path(0)
                    .path("delta")
                    .path("content")
                    .asString(""));
        }
        assertEquals(whole, text.toString());
    }

    @Test
    void listsTheModelAndWhatItKnows() throws Exception {
        node.post(node.question(node.scene(), "what is this?", false));
        JsonNode model = node.parse(node.get("/v1/models").body()).path("data").path(0);
        assertEquals("scenes-2", model.path("id").asString());
        assertEquals("ready", model.path("psyne").path("state").asString());
        assertFalse(model.path("psyne").path("talks").asBoolean(true));
        assertFalse(model.path("psyne").path("knows").asString().isEmpty());
    }

    @Test
    void showsHealthAndMeters() throws Exception {
        assertEquals(200, node.get("/health").statusCode());
        String metrics = node.get("/metrics").body();
        assertTrue(metrics.contains("# TYPE psyne_fiber_jobs_total counter"), metrics);
        assertTrue(metrics.contains("psyne_vision_tokens_total "), metrics);
    }

    @Test
    void servesThePageUnderAPolicyThatLetsNothingIn() throws Exception {
        HttpResponse<String> page = node.get("/");
        assertEquals(200, page.statusCode());
        assertTrue(
                page.headers().firstValue("content-security-policy").orElse("").startsWith("default-src 'self'"));
        assertEquals(404, node.get("/nothing.js").statusCode());
        assertEquals(404, node.get("/package-info.class").statusCode());
        assertEquals(400, node.get("/..%2fNode.class").statusCode());
    }

    @Test
    void whatIsNotAPictureIsRefusedInOneSentence() throws Exception {
        refused(400, "invalid_image", node.question("hello".getBytes(StandardCharsets.UTF_8), "what is this?", false));
    }

    @Test
    void aTruncatedPictureIsRefusedInOneSentence() throws Exception {
        byte[] scene = node.scene();
        refused(400, "invalid_image", node.question(Arrays.copyOf(scene, scene.length / 2), "what is this?", false));
    }

    @Test
    void aBombIsRefusedFromItsHeader() throws Exception {
        String message = refused(413, "image_too_large", node.question(bomb(8000, 5000), "what is this?", false));
        assertTrue(message.contains("8000"), message);
    }

    @Test
    void anEmptyQuestionIsRefused() throws Exception {
        refused(400, "invalid_question", node.question(node.scene(), "  ", false));
    }

    @Test
    void aQuestionOfAHundredKilobytesIsRefused() throws Exception {
        refused(400, "context_length_exceeded", node.question(node.scene(), "cat ".repeat(25_000), true));
    }

    @Test
    void anUnknownModelIsRefusedAndTheRightOneNamed() throws Exception {
        String body = node.question(node.scene(), "what is this?", false).replace("scenes-2", "gpt-9");
        assertTrue(refused(404, "model_not_found", body).contains("scenes-2"));
    }

    @Test
    void wrongJsonIsRefused() throws Exception {
        refused(400, "invalid_json", "{\"model\": ");
    }

    @Test
    void aBodyOverTwentyMegabytesIsRefused() throws Exception {
        HttpResponse<String> response = node.post("x".repeat(21 << 20));
        assertEquals(413, response.statusCode());
    }

    @Test
    void twoHundredRequestsAtOnceAreAnsweredOrAskedToWait() throws Exception {
        HttpRequest request = node.chat(node.question(node.scene(), "what is in the picture?", false));
        List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, 200)
                .mapToObj(i -> node.client().sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .toList();
        int answered = 0;
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            HttpResponse<String> response = call.get();
            if (response.statusCode() == 200) {
                answered++;
            } else {
                assertEquals(429, response.statusCode(), response.body());
                assertTrue(response.headers().firstValue("retry-after").isPresent());
            }
        }
        assertTrue(answered > 0);
        assertEquals(
                200,
                node.post(node.question(node.scene(), "what is this?", false)).statusCode());
    }

    private static String refused(int status, String code, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = node.post(body);
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = node.parse(response.body()).path("error");
        assertEquals(code, error.path("code").asString());
        String message = error.path("message").asString();
        assertFalse(message.isBlank());
        assertTrue(message.length() < 400, message);
        return message;
    }

    /** A PNG that says it is large and holds nothing. */
    private static byte[] bomb(int width, int height) {
        ByteBuffer png = ByteBuffer.allocate(8 + 25);
        png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.putInt(13)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height);
        png.put(new byte[] {8, 2, 0, 0, 0});
        CRC32 check = new CRC32();
        check.update(png.array(), 12, 17);
        png.putInt((int) check.getValue());
        return png.array();
    }
}
