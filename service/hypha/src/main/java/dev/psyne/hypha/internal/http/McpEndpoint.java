package dev.psyne.hypha.internal.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /{workspace}/mcp}: the Model Context Protocol over streamable HTTP, without sessions: each request is answered
 * with one JSON document. The tools are the functions of the services that the caller sees in the workspace.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-06-18/basic/transports">MCP, Transports</a>
 */
final class McpEndpoint implements HttpHandler {
    static final String VERSION_HEADER = "mcp-protocol-version";
    static final List<String> VERSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26");

    /** Tools of one answer. */
    static final int PAGE_TOOLS = 200;

    private static final int ACCEPTED = 202;

    private final Guests guests;
    private final JsonMapper json;
    private final JsonValues values;
    private final HttpAnswers answers;
    private final McpResults results;
    private final String serverVersion;

    McpEndpoint(Guests guests, JsonMapper json, JsonValues values, String serverVersion) {
        this.guests = guests;
        this.json = json;
        this.values = values;
        this.answers = new HttpAnswers(json);
        this.results = new McpResults(json, values);
        this.serverVersion = serverVersion;
    }

    @Override
    public void handle(HttpExchange exchange) throws InterruptedException {
        String version = exchange.header(VERSION_HEADER).orElse(VERSIONS.getFirst());
        if (!VERSIONS.contains(version)) {
            answers.refuse(
                    exchange,
                    new Refused(Refused.BAD_REQUEST, "The version " + version + " of MCP is none of " + VERSIONS));
            return;
        }
        JsonNode request;
        try {
            request = json.readTree(exchange.body().toArray(JAVA_BYTE));
        } catch (JacksonException broken) {
            answers.ok(exchange, failure(null, new McpFailure(McpFailure.PARSE_ERROR, broken.getOriginalMessage())));
            return;
        }
        try (Guest guest = guests.admit(RequestToken.of(exchange))) {
            answer(exchange, guest, request);
        } catch (HyphaException unknown) {
            answers.refuse(exchange, Refused.unauthorized(unknown));
        }
    }

    private void answer(HttpExchange exchange, Guest guest, JsonNode request) throws InterruptedException {
        JsonNode id = request.get("id");
        if (!request.isObject() || !"2.0".equals(request.path("jsonrpc").asString(""))) {
            answers.ok(
                    exchange, failure(id, new McpFailure(McpFailure.INVALID_REQUEST, "not one JSON-RPC 2.0 message")));
            return;
        }
        if (id == null || !request.path("method").isString()) {
            // A notification, or an answer to what this server never asks.
            exchange.respond(ACCEPTED, HttpAnswers.JSON, new byte[0]);
            return;
        }
        try {
            JsonNode result = result(exchange, guest, request.path("method").asString(), request.path("params"));
            answers.ok(exchange, message(id).set("result", result));
        } catch (McpFailure told) {
            answers.ok(exchange, failure(id, told));
        } catch (HyphaException failed) {
            answers.ok(exchange, failure(id, new McpFailure(McpFailure.INTERNAL_ERROR, failed.getMessage())));
        }
    }

    private JsonNode result(HttpExchange exchange, Guest guest, String method, JsonNode parameters)
            throws InterruptedException {
        return switch (method) {
            case "initialize" -> initialize(parameters);
            case "ping" -> json.createObjectNode();
            case "tools/list" -> list(tools(exchange, guest), parameters);
            case "tools/call" -> call(exchange, guest, parameters);
            default -> throw new McpFailure(McpFailure.METHOD_NOT_FOUND, "there is no method " + method);
        };
    }

    private ObjectNode initialize(JsonNode parameters) {
        String wanted = parameters.path("protocolVersion").asString("");
        ObjectNode result = json.createObjectNode()
                .put("protocolVersion", VERSIONS.contains(wanted) ? wanted : VERSIONS.getFirst());
        result.putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "psyne").put("version", serverVersion);
        return result;
    }

    private static Map<String, McpTools.Tool> tools(HttpExchange exchange, Guest guest) throws InterruptedException {
        String workspace = exchange.path().split("/", -1)[1];
        return McpTools.of(ServiceDocuments.list(exchange, guest, workspace));
    }

    private ObjectNode list(Map<String, McpTools.Tool> tools, JsonNode parameters) {
        int from = cursor(parameters.path("cursor"), tools.size());
        ObjectNode result = json.createObjectNode();
        ArrayNode page = result.putArray("tools");
        tools.entrySet().stream().skip(from).limit(PAGE_TOOLS).forEach(tool -> page.add(describe(tool)));
        if (from + PAGE_TOOLS < tools.size()) {
            result.put("nextCursor", String.valueOf(from + PAGE_TOOLS));
        }
        return result;
    }

    private static int cursor(JsonNode cursor, int tools) {
        if (cursor.isMissingNode() || cursor.isNull()) {
            return 0;
        }
        String text = cursor.asString("");
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > tools) {
            throw new McpFailure(McpFailure.INVALID_PARAMETERS, "the cursor is none that was given");
        }
        return Integer.parseInt(text);
    }

    private ObjectNode describe(Map.Entry<String, McpTools.Tool> entry) {
        McpTools.Tool tool = entry.getValue();
        ObjectNode node = json.createObjectNode()
                .put("name", entry.getKey())
                .put("title", tool.path().id() + "." + tool.path().function())
                .put("description", tool.description());
        boolean isObject = tool.schema().get("parameters") instanceof Map<?, ?> map && "object".equals(map.get("type"));
        node.set(
                "inputSchema",
                isObject
                        ? values.write(tool.schema().get("parameters"))
                        : json.createObjectNode().put("type", "object"));
        return node;
    }

    private ObjectNode call(HttpExchange exchange, Guest guest, JsonNode parameters) throws InterruptedException {
        String name = parameters.path("name").asString("");
        McpTools.Tool tool = tools(exchange, guest).get(name);
        if (tool == null) {
            throw new McpFailure(McpFailure.INVALID_PARAMETERS, "Unknown tool: " + name);
        }
        try {
            return results.of(CallTarget.call(exchange, guest, tool.path(), null, arguments(parameters)));
        } catch (HyphaException failed) {
            return results.failed(failed);
        } catch (CancellationException gone) {
            throw new McpFailure(McpFailure.INTERNAL_ERROR, "the client has gone");
        }
    }

    private Map<String, @Nullable Object> arguments(JsonNode parameters) {
        try {
            Object arguments = values.read(parameters.path("arguments"));
            return arguments == null ? Map.of() : CallArguments.named(arguments);
        } catch (IllegalArgumentException wrong) {
            throw new McpFailure(McpFailure.INVALID_PARAMETERS, wrong.getMessage());
        }
    }

    private ObjectNode failure(@Nullable JsonNode id, McpFailure failure) {
        ObjectNode message = message(id == null ? json.nullNode() : id);
        message.putObject("error").put("code", failure.code()).put("message", String.valueOf(failure.getMessage()));
        return message;
    }

    private ObjectNode message(JsonNode id) {
        ObjectNode message = json.createObjectNode().put("jsonrpc", "2.0");
        message.set("id", id);
        return message;
    }
}
