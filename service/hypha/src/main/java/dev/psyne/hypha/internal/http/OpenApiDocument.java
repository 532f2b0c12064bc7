package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.JsonValues;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tells a service as an OpenAPI 3.1 document: a POST a function, its parameters' schema as its body's. */
final class OpenApiDocument {
    private static final String VERSION = "3.1.0";

    private final JsonMapper json;
    private final JsonValues values;

    OpenApiDocument(JsonMapper json, JsonValues values) {
        this.json = json;
        this.values = values;
    }

    ObjectNode of(ServicePath path, Map<?, ?> service) {
        ObjectNode document = json.createObjectNode().put("openapi", VERSION);
        String name = ServiceSchema.text(service, "name");
        document.putObject("info")
                .put("title", name.isEmpty() ? path.id() : name)
                .put("description", ServiceSchema.text(service, "description"))
                .put("version", "1");
        document.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = document.putObject("paths");
        String below = "/" + path.workspace() + "/services/" + path.service() + "/";
        ServiceSchema.functions(service)
                .forEach((function, schema) ->
                        paths.putObject(below + function).set("post", operation(function, schema)));
        ObjectNode schemes = document.putObject("components").putObject("securitySchemes");
        schemes.putObject("token").put("type", "http").put("scheme", "bearer").put("bearerFormat", "JWT");
        // A public service wants no token: the empty requirement makes it optional.
        document.putArray("security").add(json.createObjectNode()).addObject().putArray("token");
        return document;
    }

    private ObjectNode operation(String function, Map<?, ?> schema) {
        ObjectNode operation = json.createObjectNode()
                .put("operationId", function)
                .put("description", ServiceSchema.text(schema, "description"));
        operation
                .putObject("requestBody")
                .putObject("content")
                .putObject(HttpAnswers.JSON)
                .set("schema", parameters(schema));
        ObjectNode responses = operation.putObject("responses");
        responses
                .putObject("200")
                .put("description", "What the function returns.")
                .set("content", anything());
        responses.putObject("default").put("description", "What went wrong.").set("content", failure());
        return operation;
    }

    private JsonNode parameters(Map<?, ?> schema) {
        if (schema.get("parameters") instanceof Map<?, ?> parameters && parameters.get("type") instanceof String) {
            return values.write(parameters);
        }
        return json.createObjectNode().put("type", "object");
    }

    private ObjectNode anything() {
        ObjectNode content = json.createObjectNode();
        content.putObject(HttpAnswers.JSON).putObject("schema");
        return content;
    }

    private ObjectNode failure() {
        ObjectNode content = json.createObjectNode();
        ObjectNode schema =
                content.putObject(HttpAnswers.JSON).putObject("schema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("success").put("const", false);
        properties.putObject("detail").put("type", "string");
        return content;
    }
}
