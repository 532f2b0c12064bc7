package dev.psyne.hypha.internal.http;

import dev.psyne.net.HttpExchange;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON answers, and errors in the shape that hypha's users read: {@code {"success": false, "detail": …}}. */
final class HttpAnswers {
    static final String JSON = "application/json";
    private static final int OK = 200;

    private final JsonMapper json;

    HttpAnswers(JsonMapper json) {
        this.json = json;
    }

    void ok(HttpExchange exchange, JsonNode document) {
        exchange.respond(OK, JSON, json.writeValueAsBytes(document));
    }

    void refuse(HttpExchange exchange, Refused refused) {
        exchange.respond(refused.status(), JSON, json.writeValueAsBytes(error(refused)), headers(refused));
    }

    JsonNode error(Refused refused) {
        return json.createObjectNode().put("success", false).put("detail", refused.detail());
    }

    private static Map<String, String> headers(Refused refused) {
        return switch (refused.status()) {
            case Refused.UNAUTHORIZED -> Map.of("WWW-Authenticate", "Bearer realm=\"hypha\"");
            case Refused.TOO_MANY -> Map.of("Retry-After", "1");
            default -> Map.of();
        };
    }
}
