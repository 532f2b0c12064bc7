package dev.psyne.node;

import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.vlm.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /v1/models}: the served models in OpenAI's shape, and under {@code psyne} whether each is loaded, and what it
 * knows and weighs once it was.
 */
final class ModelCatalogue implements HttpHandler {
    private final JsonMapper json;
    private final ServedModels models;
    private final long createdSeconds;

    ModelCatalogue(JsonMapper json, ServedModels models, long createdSeconds) {
        this.json = json;
        this.models = models;
        this.createdSeconds = createdSeconds;
    }

    @Override
    public void handle(HttpExchange exchange) {
        ObjectNode root = json.createObjectNode();
        root.put("object", "list");
        var data = root.putArray("data");
        for (ServedModels.Seen model : models.seen()) {
            ObjectNode entry = data.addObject();
            entry.put("id", model.source().name())
                    .put("object", "model")
                    .put("created", createdSeconds)
                    .put("owned_by", "psyne");
            ObjectNode psyne = entry.putObject("psyne");
            psyne.put("state", model.state().name().toLowerCase(Locale.ROOT))
                    .put("talks", model.source().talks())
                    .put("bytes", model.weightBytes())
                    .put("loadMs", model.loadingMillis());
            if (!model.problem().isEmpty()) {
                psyne.put("problem", model.problem());
            }
            model.info().ifPresent(info -> describe(psyne, info));
        }
        exchange.respond(200, "application/json", json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8));
    }

    private static void describe(ObjectNode psyne, ModelInfo info) {
        psyne.put("description", info.description())
                .put("knows", info.knows())
                .put("license", info.license())
                .put("architecture", info.architecture())
                .put("weights", info.weights())
                .put("parameters", info.parameters())
                .put("bytes", info.fileBytes())
                .put("contextTokens", info.contextTokens())
                .put("takesPictures", info.takesPictures())
                .put("imageSize", info.imageSize());
    }
}
