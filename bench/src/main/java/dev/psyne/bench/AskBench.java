package dev.psyne.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The main path as a user meets it: start the node, send a 224 px picture over HTTP, read the streamed answer. Times
 * are those of the client; the median of twenty asks after five to warm up.
 */
final class AskBench {
    private static final int WARM_UP = 5;
    private static final int ASKS = 20;
    private static final int PICTURE_PIXELS = 224;
    private static final double ANSWER_TARGET_MS = 200;
    private static final double START_TARGET_SECONDS = 2;
    private static final double MEMORY_TARGET_MB = 250;

    private final JsonMapper json = new JsonMapper();
    private final HttpClient client = HttpClient.newHttpClient();

    List<Row> run(Path home) throws IOException, InterruptedException {
        ServedNode.start(home).close();
        try (ServedNode node = ServedNode.start(home)) {
            String body = request(node.uri());
            for (int i = 0; i < WARM_UP; i++) {
                ask(node.uri(), body);
            }
            double[][] asks = new double[ASKS][];
            for (int i = 0; i < ASKS; i++) {
                asks[i] = ask(node.uri(), body);
            }
            return List.of(
                    Row.target("warm start to URL", "s", node.startSeconds(), START_TARGET_SECONDS),
                    Row.target("time to first token", "ms", median(asks, 0), ANSWER_TARGET_MS),
                    Row.target("whole answer", "ms", median(asks, 1), ANSWER_TARGET_MS),
                    Row.target("time per token after the first", "ms", median(asks, 2), ANSWER_TARGET_MS / 10),
                    Row.target("peak resident memory", "MB", node.peakResidentMegabytes(), MEMORY_TARGET_MB));
        }
    }

    private String request(URI node) throws IOException, InterruptedException {
        JsonNode models = json.readTree(get(node.resolve("/v1/models"), HttpResponse.BodyHandlers.ofString()));
        JsonNode scene = json.readTree(get(node.resolve("/scenes/scenes.json"), HttpResponse.BodyHandlers.ofString()))
                .get(0);
        byte[] picture =
                get(node.resolve("/scenes/" + scene.path("file").asString()), HttpResponse.BodyHandlers.ofByteArray());
        var root = json.createObjectNode();
        root.put("model", models.path("data").get(0).path("id").asString()).put("stream", true);
        var content = root.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(shrink(picture)));
        content.addObject()
                .put("type", "text")
                .put("text", scene.path("questions").get(0).asString());
        return json.writeValueAsString(root);
    }

    private <T> T get(URI uri, HttpResponse.BodyHandler<T> handler) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), handler).body();
    }

    private static byte[] shrink(byte[] picture) throws IOException {
        BufferedImage source = ImageIO.read(new java.io.ByteArrayInputStream(picture));
        BufferedImage small = new BufferedImage(PICTURE_PIXELS, PICTURE_PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(source, 0, 0, PICTURE_PIXELS, PICTURE_PIXELS, null);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(small, "png", png);
        return png.toByteArray();
    }

    /** One ask: milliseconds to the first token, to the end, and per token after the first. */
    private double[] ask(URI node, String body) throws IOException, InterruptedException {
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
        return new double[] {first, whole, tokens > 1 ? (last - first) / (tokens - 1) : 0};
    }

    private boolean hasText(String line) {
        if (!line.startsWith("data: {")) {
            return false;
        }
        JsonNode choice =
                json.readTree(line.substring("data: ".length())).path("choices").path(0);
        return !choice.path("delta").path("content").asString("").isEmpty();
    }

    private static double median(double[][] asks, int column) {
        double[] values =
                Arrays.stream(asks).mapToDouble(ask -> ask[column]).sorted().toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
