package dev.psyne.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Iterator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node about the scenes of its page over HTTP, as a user would, and reads the streamed answers. */
final class AskClient {
    private final JsonMapper json = new JsonMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI node;
    private final JsonNode scenes;
    private final String model;

    AskClient(URI node) throws IOException, InterruptedException {
        this.node = node;
        this.scenes = json.readTree(get(node.resolve("/scenes/scenes.json"), HttpResponse.BodyHandlers.ofString()));
        this.model = json.readTree(get(node.resolve("/v1/models"), HttpResponse.BodyHandlers.ofString()))
                .path("data")
                .get(0)
                .path("id")
                .asString();
    }

    /**
     * The times of one ask, in milliseconds.
     *
     * @param first until the first token
     * @param whole until the answer ended
     * @param next per token after the first
     */
    record Times(double first, double whole, double next) {}

    /** Several questions' bodies about one scene, scaled; in each another pixel differs, so that none is known. */
    String[] questions(int scene, int width, int height, String format, int count)
            throws IOException, InterruptedException {
        JsonNode asked = scenes.get(scene % scenes.size());
        byte[] file =
                get(node.resolve("/scenes/" + asked.path("file").asString()), HttpResponse.BodyHandlers.ofByteArray());
        BufferedImage picture = scaled(ImageIO.read(new ByteArrayInputStream(file)), width, height);
        String[] bodies = new String[count];
        for (int i = 0; i < count; i++) {
            picture.setRGB(i % width, i / width, i);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            ImageIO.write(picture, format, written);
            bodies[i] = body(
                    written.toByteArray(),
                    format,
                    asked.path("questions").get(0).asString());
        }
        return bodies;
    }

    private String body(byte[] picture, String format, String question) {
        var root = json.createObjectNode();
        root.put("model", model).put("stream", true);
        var content = root.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put(
                        "url",
                        "data:image/" + format + ";base64,"
                                + Base64.getEncoder().encodeToString(picture));
        content.addObject().put("type", "text").put("text", question);
        return json.writeValueAsString(root);
    }

    private <T> T get(URI uri, HttpResponse.BodyHandler<T> handler) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), handler).body();
    }

    private static BufferedImage scaled(BufferedImage source, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(source, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    /** Asks and reads the answer to its end. */
    Times ask(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long begin = System.nanoTime();
        double first = 0;
        double last = 0;
        int tokens = 0;
        try (Stream<String> lines =
                client.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            for (Iterator<String> iterator = lines.iterator(); iterator.hasNext(); ) {
                if (hasText(iterator.next())) {
                    last = (System.nanoTime() - begin) / 1e6;
                    first = tokens == 0 ? last : first;
                    tokens++;
                }
            }
        }
        if (tokens == 0) {
            throw new IOException("the node streamed no token");
        }
        double whole = (System.nanoTime() - begin) / 1e6;
        return new Times(first, whole, tokens > 1 ? (last - first) / (tokens - 1) : 0);
    }

    private boolean hasText(String line) {
        if (!line.startsWith("data: {")) {
            return false;
        }
        JsonNode choice =
                json.readTree(line.substring("data: ".length())).path("choices").path(0);
        return !choice.path("delta").path("content").asString("").isEmpty();
    }
}
