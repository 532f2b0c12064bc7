package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.JsonValues;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.net.HttpServer;
import dev.psyne.net.WebSocketHandler;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** hypha's paths beside its WebSocket. None wants the node's token: hypha's own decides what a caller sees. */
public final class HttpRoutes {
    /** Arrays and objects inside each other in a body, as in a frame. */
    private static final int MAX_DEPTH = 64;

    private static final String SERVICES = "/*/services";
    private static final String BELOW = "/*/services/*";
    private static final String STREAM = "/rpc";
    private static final String MCP = "/*/mcp";
    private static final byte[] ALIVE = "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);

    private HttpRoutes() {}

    /**
     * Adds them to a server.
     *
     * @param sessions takes the connections that {@code /rpc} carries, as it takes WebSockets
     * @param version told to who asks what serves them
     * @param maxCalls requests that may wait for services at once; the server's own requests are counted apart
     */
    public static void attach(
            HttpServer.Builder http, WebSocketHandler sessions, Guests guests, String version, int maxCalls) {
        JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(Integer.MAX_VALUE)
                                .build())
                        .build())
                .build();
        JsonValues values = new JsonValues(json);
        ServiceDocuments documents = new ServiceDocuments(guests, json, values);
        Bounded bounded = new Bounded(maxCalls, new HttpAnswers(json));
        HttpHandler calls = bounded.of(new ServiceCalls(guests, json, values, documents));
        StreamTransport streams = new StreamTransport(sessions, json);
        http.route("GET", STREAM, streams::stream)
                .route("POST", STREAM, streams::receive)
                .publicPath(STREAM)
                .route("GET", SERVICES, bounded.of(documents))
                .route("GET", BELOW, calls)
                .route("POST", BELOW, calls)
                .route("POST", MCP, bounded.of(new McpEndpoint(guests, json, values, version)))
                .route("GET", "/health/liveness", HttpRoutes::alive)
                .route("GET", "/health/readiness", HttpRoutes::alive)
                .publicPath(SERVICES)
                .publicPath(BELOW)
                .publicPath(MCP)
                .publicPath("/health/liveness")
                .publicPath("/health/readiness");
    }

    private static void alive(HttpExchange exchange) {
        exchange.respond(200, HttpAnswers.JSON, ALIVE.clone());
    }
}
