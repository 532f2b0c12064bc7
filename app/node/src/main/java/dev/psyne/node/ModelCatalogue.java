package dev.psyne.node;

import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.vlm.ModelInfo;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/models}: the served model in OpenAI's shape, and under {@code psyne} what it knows and weighs. */
final class ModelCatalogue implements HttpHandler {
    private final JsonMapper json;
    private final ModelInfo info;
    private final long createdSeconds;

    ModelCatalogue(JsonMapper json, ModelInfo info, long createdSeconds) {
        this.json = json;
        this.info = info;
        this.createdSeconds = createdSeconds;
    }

    @Override
    public void handle(HttpExchange exchange) {
        ObjectNode root = json.createObjectNode();
        root.put("object", "list");
        ObjectNode model = root.putArray("data").addObject();
        model.put("id", info.name())
                .put("object", "model")
                .put("created", createdSeconds)
                .put("owned_by", "psyne");
        model.putObject("psyne")
                .put("description", info.description())
                .put("knows", info.knows())
                .put("license", info.license())
                .put("parameters", info.parameters())
                .put("bytes", info.fileBytes())
                .put("imageSize", info.imageSize());
        exchange.respond(200, "application/json", json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8));
    }
}
