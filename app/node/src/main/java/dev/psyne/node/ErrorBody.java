package dev.psyne.node;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The body of a refused request, in the shape of OpenAI's API: one sentence, a type and a code. */
final class ErrorBody {
    static final String INVALID_REQUEST = "invalid_request_error";

    private ErrorBody() {}

    static byte[] json(JsonMapper json, String message, String type, String code) {
        ObjectNode body = json.createObjectNode();
        body.putObject("error").put("message", message).put("type", type).put("code", code);
        return json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    }
}
