package dev.psyne.hypha.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.psyne.hypha.JsonValues;
import dev.psyne.net.ByteStream;
import dev.psyne.net.ConnectionClosedException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketHandler;
import dev.psyne.net.WebSocketListener;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * hypha's transport without a WebSocket, {@code /rpc}: {@code GET} opens a stream of what the server sends, {@code POST}s
 * bring what the client does, each one message. Both name the client and its workspace in the query and carry the same token.
 */
final class StreamTransport {
    private static final String TYPE = "application/x-msgpack-stream";
    private static final String CLIENT = "client_id";
    private static final String WORKSPACE = "workspace";
    private static final String RECONNECTION = "reconnection_token";
    private static final String PING = "{\"type\": \"ping\"}";

    /** Below the 30 s after which a client takes a silent stream for a broken one. */
    private static final int PING_SECONDS = 10;

    /** Messages of the connection itself are shorter than this. */
    private static final int MAX_CONTROL_BYTES = 256;

    private static final int OK = 200;
    private static final int FORBIDDEN = 403;

    private final WebSocketHandler sessions;
    private final JsonMapper json;
    private final HttpAnswers answers;
    private final Map<String, Open> streams = new ConcurrentHashMap<>();

    /** A stream that is open; its listener gets one call at a time. */
    private record Open(
            StreamConnection connection,
            WebSocketListener listener,
            @Nullable String token,
            ReentrantLock receiving) {
        void receive(Runnable call) {
            receiving.lock();
            try {
                call.run();
            } finally {
                receiving.unlock();
            }
        }

        boolean isOf(@Nullable String other) {
            return token == null
                    ? other == null
                    : other != null && MessageDigest.isEqual(token.getBytes(UTF_8), other.getBytes(UTF_8));
        }
    }

    StreamTransport(WebSocketHandler sessions, JsonMapper json) {
        this.sessions = sessions;
        this.json = json;
        this.answers = new HttpAnswers(json);
    }

    /** {@code GET /rpc}: ends with the stream. */
    void stream(HttpExchange exchange) throws InterruptedException {
        String token = RequestToken.of(exchange);
        StreamConnection connection = new StreamConnection(new WithoutQuery(exchange), json);
        WebSocketListener listener = sessions.open(connection);
        Open open = new Open(connection, listener, token, new ReentrantLock());
        exchange.onDisconnect(() -> connection.close(WebSocketConnection.NORMAL, "the client has gone"));
        try {
            open.receive(() -> listener.onText(hello(exchange, token)));
            if (connection.closedBecause().isPresent()) {
                answers.refuse(
                        exchange,
                        new Refused(FORBIDDEN, connection.closedBecause().get()));
            } else {
                carry(exchange, open);
            }
        } finally {
            connection.close(WebSocketConnection.NORMAL, "the stream has ended");
            open.receive(listener::onClose);
        }
    }

    private void carry(HttpExchange exchange, Open open) throws InterruptedException {
        StreamConnection connection = open.connection();
        String key =
                connection.place().orElseThrow(() -> new IllegalStateException("a client came in without a place"));
        streams.put(key, open);
        try (ByteStream stream = exchange.byteStream(OK, TYPE, Map.of("X-Accel-Buffering", "no"))) {
            connection.open(stream);
            while (!connection.awaitClosed(PING_SECONDS, TimeUnit.SECONDS)) {
                ping(open);
            }
        } finally {
            streams.remove(key, open);
        }
    }

    /** Keeps both sides from taking the other for dead. */
    private static void ping(Open open) {
        try {
            open.receive(() -> open.listener().onText(PING));
        } catch (ConnectionClosedException gone) {
            open.connection().close(WebSocketConnection.NORMAL, String.valueOf(gone.getMessage()));
        }
    }

    /** {@code POST /rpc}. */
    void receive(HttpExchange exchange) {
        String client = exchange.query(CLIENT).orElse("");
        String key = exchange.query(WORKSPACE).orElse("") + "/" + client;
        Open open = streams.get(key);
        if (open == null || !open.isOf(RequestToken.of(exchange))) {
            answers.refuse(
                    exchange, new Refused(Refused.BAD_REQUEST, "There is no stream of " + key + " with this token"));
            return;
        }
        try {
            String control = control(exchange);
            open.receive(() -> {
                if (control == null) {
                    open.listener().onBinary(exchange.body());
                } else {
                    open.listener().onText(control);
                }
            });
            answers.ok(exchange, json.createObjectNode().put("success", true));
        } catch (IllegalArgumentException broken) {
            answers.refuse(exchange, new Refused(Refused.BAD_REQUEST, String.valueOf(broken.getMessage())));
        } catch (ConnectionClosedException gone) {
            answers.refuse(exchange, new Refused(Refused.BAD_REQUEST, "The stream of " + key + " has ended"));
        }
    }

    /** A message of the connection itself, as a WebSocket's client would send it; null if the body is a frame. */
    private @Nullable String control(HttpExchange exchange) {
        if (exchange.body().byteSize() > MAX_CONTROL_BYTES) {
            return null;
        }
        Map<String, @Nullable Object> message = MessagePackBody.readFirst(exchange.body());
        return message.containsKey("to") ? null : json.writeValueAsString(new JsonValues(json).write(message));
    }

    private String hello(HttpExchange exchange, @Nullable String token) {
        ObjectNode hello = json.createObjectNode();
        hello.set(CLIENT, text(exchange.query(CLIENT).orElse(null)));
        hello.set(WORKSPACE, text(exchange.query(WORKSPACE).orElse(null)));
        hello.set("token", text(token));
        hello.set(RECONNECTION, text(exchange.query(RECONNECTION).orElse(null)));
        return json.writeValueAsString(hello);
    }

    private JsonNode text(@Nullable String value) {
        return value == null ? json.nullNode() : json.stringNode(value);
    }
}
