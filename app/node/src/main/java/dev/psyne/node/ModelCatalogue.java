package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.vlm.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /v1/models}, and {@code /v1/models/NAME} for one of them: the served models in OpenAI's
 * shape, and under {@code psyne} whether each is loaded, or how far, and what it knows and weighs once that is known.
 */
final class ModelCatalogue implements HttpHandler {
    private static final String ONE = "/v1/models/";

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
        String path = exchange.path();
        ObjectNode answer = path.startsWith(ONE) ? one(path.substring(ONE.length())) : list();
        exchange.respond(
                200, "application/json", json.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode list() {
        ObjectNode root = json.createObjectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        models.seen().forEach(model -> write(data.addObject(), model));
        return root;
    }

    private ObjectNode one(String name) {
        ServedModels.Seen model = models.seen().stream()
                .filter(seen -> seen.source().name().equals(name))
                .findFirst()
                .orElseThrow(() -> HttpException.invalid(
                        404,
                        "model_not_found",
                        "There is no model '" + name + "' here; /v1/models lists those there are."));
        ObjectNode entry = json.createObjectNode();
        write(entry, model);
        return entry;
    }

    private void write(ObjectNode entry, ServedModels.Seen model) {
        entry.put("id", model.source().name())
                .put("object", "model")
                .put("created", createdSeconds)
                .put("owned_by", "psyne");
        ObjectNode psyne = entry.putObject("psyne");
        psyne.put("state", model.state().name().toLowerCase(Locale.ROOT))
                .put("talks", model.source().talks())
                .put("bytes", model.weightBytes())
                .put("loadMs", model.loadingMillis());
        if (model.state() == ServedModel.State.LOADING) {
            psyne.put("percent", model.progress().percent())
                    .put("doneBytes", model.progress().doneBytes())
                    .put("totalBytes", model.progress().totalBytes());
        }
        if (!model.problem().isEmpty()) {
            psyne.put("problem", model.problem());
        }
        model.info().ifPresent(info -> describe(psyne, info));
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
                .put("imageSize", info.imageSize())
                .put("questionPictures", info.questionPictures());
    }
}
