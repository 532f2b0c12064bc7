package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conversations over HTTP with a model that talks, beside the embedded one. */
class TalkingNodeTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path IMAGES = RunningNode.TALKING.resolveSibling("images");

    private static RunningNode node;

    @BeforeAll
    static void start() {
        node = new RunningNode(RunningNode.TALKING, RunningNode.MODEL);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** A request as the case of the reference was asked. */
    private static ObjectNode golden(String name) throws IOException {
        JsonNode test = JSON.readTree(RunningNode.TALKING.resolve("golden.json").toFile())
                .path("cases")
                .path(name);
        int image = 0;
        ObjectNode root = request();
        ArrayNode messages = root.putArray("messages");
        for (JsonNode message : test.path("messages")) {
            ArrayNode content = messages.addObject()
                    .put("role", message.path("role").asString())
                    .putArray("content");
            for (JsonNode part : message.path("content")) {
                if (part.path("type").asString().equals("text")) {
                    content.addObject()
                            .put("type", "text")
                            .put("text", part.path("text").asString());
                } else {
                    picture(content, test.path("images").path(image++).asString());
                }
            }
        }
        return root;
    }

    private static ObjectNode request() {
        return JSON.createObjectNode().put("model", "smolvlm2").put("max_tokens", 16);
    }

    private static void picture(ArrayNode content, String file) throws IOException {
        String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(IMAGES.resolve(file)));
        content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", "data:image/png;base64," + bytes);
    }

    private static ObjectNode words(String question) {
        ObjectNode root = request();
        root.putArray("messages").addObject().put("role", "user").put("content", question);
        return root;
    }

    private static JsonNode answered(ObjectNode request) throws IOException, InterruptedException {
        HttpResponse<String> response = node.post(JSON.writeValueAsString(request));
        assertEquals(200, response.statusCode(), response.body());
        return node.parse(response.body());
    }

    private static String refused(int status, String code, ObjectNode request)
            throws IOException, InterruptedException {
        HttpResponse<String> response = node.post(JSON.writeValueAsString(request));
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = node.parse(response.body()).path("error");
        assertEquals(code, error.path("code").asString());
        return error.path("message").asString();
    }

    @Test
    void wholeConversationsWithTheirPicturesReachTheModel() throws Exception {
        JsonNode cases = JSON.readTree(
                        RunningNode.TALKING.resolve("golden.json").toFile())
                .path("cases");
        int compared = 0;
        for (String name : cases.propertyNames()) {
            JsonNode splits = cases.path(name).path("options").path("do_image_splitting");
            if (!splits.asBoolean(true)) {
                continue;
            }
            JsonNode answer = answered(golden(name));
            int prompt = answer.path("usage").path("prompt_tokens").asInt();
            assertEquals(cases.path(name).path("input_ids").size(), prompt, name);
            String text = answer.path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asString();
            assertTrue(cases.path(name).path("greedy_text").asString().startsWith(text), name + ": " + text);
            compared++;
        }
        assertTrue(compared > 2);
    }

    @Test
    void aSecondQuestionAboutAPictureFindsItsTokensKnown() throws Exception {
        ObjectNode request = golden("one");
        answered(request);
        JsonNode usage = answered(request).path("usage");
        int cached = usage.path("prompt_tokens_details").path("cached_tokens").asInt();
        assertTrue(cached > 32, usage.toString());
        assertEquals(
                usage.path("prompt_tokens").asInt()
                        + usage.path("completion_tokens").asInt(),
                usage.path("total_tokens").asInt());
    }

    @Test
    void probabilitiesAreToldWithTheTokens() throws Exception {
        JsonNode choice = answered(words("Say something.").put("logprobs", true).put("top_logprobs", 3))
                .path("choices")
                .path(0);
        JsonNode content = choice.path("logprobs").path("content");
        assertTrue(content.size() > 0);
        for (JsonNode token : content) {
            JsonNode top = token.path("top_logprobs");
            assertEquals(3, top.size());
            assertEquals(top.path(0).path("token"), token.path("token"));
            assertEquals(
                    top.path(0).path("logprob").asDouble(),
                    token.path("logprob").asDouble(),
                    1e-6);
            assertTrue(top.path(1).path("logprob").asDouble()
                    <= top.path(0).path("logprob").asDouble());
        }
        assertTrue(answered(words("Say something."))
                .path("choices")
                .path(0)
                .path("logprobs")
                .isNull());
    }

    @Test
    void aStreamHasTheTextTheProbabilitiesAndTheUsageOfTheWholeAnswer() throws Exception {
        ObjectNode request = words("Say something.").put("logprobs", true).put("top_logprobs", 1);
        JsonNode whole = answered(request);
        request.put("stream", true).putObject("stream_options").put("include_usage", true);
        List<String> events = node.post(JSON.writeValueAsString(request))
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        for (String event : events.subList(0, events.size() - 2)) {
            JsonNode choice = node.parse(event).path("choices").path(0);
            text.append(choice.path("delta").path("content").asString(""));
            tokens += choice.path("logprobs").path("content").size();
        }
        JsonNode choice = whole.path("choices").path(0);
        assertEquals(choice.path("message").path("content").asString(), text.toString());
        assertEquals(choice.path("logprobs").path("content").size(), tokens);
        JsonNode usage = node.parse(events.get(events.size() - 2)).path("usage");
        assertEquals(
                whole.path("usage").path("completion_tokens").asInt(),
                usage.path("completion_tokens").asInt());
    }

    @Test
    void anAnswerThatIsCutSaysSo() throws Exception {
        JsonNode answer = answered(words("Say something.").put("max_tokens", 2));
        assertEquals(
                "length", answer.path("choices").path(0).path("finish_reason").asString());
        assertEquals(2, answer.path("usage").path("completion_tokens").asInt());
    }

    @Test
    void whatIsTooLongOrUnknownIsRefusedWithItsCode() throws Exception {
        assertTrue(refused(400, "context_length_exceeded", words("word ".repeat(20_000)))
                .contains("tokens"));
        String unknown = refused(404, "model_not_found", words("Hello?").put("model", "gpt-9"));
        assertTrue(unknown.contains("'smolvlm2', 'scenes-2'"), unknown);
        refused(400, "invalid_question", words("  "));
        refused(400, "invalid_question", words("Hello?").put("model", "scenes-2"));
    }

    private static long meter(String name) throws IOException, InterruptedException {
        return node.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClientThatHangsUpFreesItsPlaceInTheBatch() throws Exception {
        ObjectNode request = words("Talk on and on.").put("stream", true).put("max_tokens", 6000);
        HttpResponse<InputStream> response = node.client()
                .send(node.chat(JSON.writeValueAsString(request)), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream events = response.body()) {
            assertEquals('d', events.read());
        }
        while (meter("psyne_model_batch") + meter("psyne_vision_busy") > 0) {
            Thread.onSpinWait();
        }
        answered(words("Hello?"));
    }

    @Test
    void modelsAreListedWithTheirStates() throws Exception {
        answered(words("Hello?"));
        JsonNode models = node.parse(node.get("/v1/models").body()).path("data");
        assertEquals("ready", models.path(0).path("psyne").path("state").asString());
        assertTrue(models.path(0).path("psyne").path("talks").asBoolean());
        assertEquals("scenes-2", models.path(1).path("id").asString());
        JsonNode one = node.parse(node.get("/v1/models/scenes-2").body());
        assertEquals("scenes-2", one.path("id").asString());
        assertEquals(404, node.get("/v1/models/gpt-9").statusCode());
    }

    @Test
    void metersTellOfTheBatch() throws Exception {
        answered(words("Hello?"));
        String metrics = node.get("/metrics").body();
        assertTrue(metrics.contains("psyne_model_ready{model=\"smolvlm2\"} 1"), metrics);
        assertTrue(metrics.matches("(?s).*\npsyne_model_tokens_total [1-9].*"), metrics);
    }
}
