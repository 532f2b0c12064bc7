package dev.psyne.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node with the embedded model on a free port, and a client that asks it as a user's program would. */
final class RunningNode implements AutoCloseable {
    static final Path MODEL = Path.of("..", "..", "model", "vlm", "weights", "scenes-2");

    /** A tiny model with random weights that talks, also about pictures. */
    static final Path TALKING = Path.of(
            "..", "..", "model", "vlm", "src", "test", "resources", "dev", "psyne", "vlm", "checkpoints", "smolvlm2");

    private final Node node;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    RunningNode() {
        this(MODEL);
    }

    /** A node with other models. */
    RunningNode(Path... models) {
        this(Optional.empty(), models);
    }

    /** A node that keeps what its models are taught. */
    RunningNode(Optional<Path> taught, Path... models) {
        node = Node.start(new NodeOptions(
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Arrays.stream(models).map(ModelSource::at).toList(),
                ModelMemory.standard(),
                2,
                NodeLimits.standard(),
                taught));
    }

    URI uri() {
        return node.uri();
    }

    HttpClient client() {
        return client;
    }

    JsonNode parse(String document) {
        return json.readTree(document);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest chat(String body) {
        return HttpRequest.newBuilder(uri().resolve("/v1/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return client.send(chat(body), HttpResponse.BodyHandlers.ofString());
    }

    /** The body of a chat request with one picture and one question. */
    String question(byte[] picture, String question, boolean stream) {
        var root = json.createObjectNode().put("model", "scenes-2").put("stream", stream);
        var content = root.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(picture));
        content.addObject().put("type", "text").put("text", question);
        return json.writeValueAsString(root);
    }

    /** The first bundled scene. */
    byte[] scene() throws IOException {
        return resource("page/scenes/" + scenes().get(0).path("file").asString());
    }

    JsonNode scenes() throws IOException {
        return json.readTree(resource("page/scenes/scenes.json"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = Node.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return stream.readAllBytes();
        }
    }

    @Override
    public void close() {
        client.close();
        node.close();
    }
}
