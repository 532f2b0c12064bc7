package dev.psyne.hypha.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketListener;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StreamTransportTest {
    private static final int SECONDS = 20;
    private static final String INFO =
            "{\"type\":\"connection_info\",\"workspace\":\"ws\",\"client_id\":\"c\",\"manager_id\":\"m\"}";

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<WebSocketConnection> connections = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Lets everybody in but the client {@code nobody}; sends frames back. */
    private WebSocketListener open(WebSocketConnection connection) {
        assertTrue(connection.request().queries().isEmpty());
        return new WebSocketListener() {
            @Override
            public void onBinary(MemorySegment frame) {
                connection.send(frame.toArray(ValueLayout.JAVA_BYTE));
            }

            @Override
            public void onText(String text) {
                JsonNode message = new JsonMapper().readTree(text);
                received.add(text);
                if (message.path("client_id").asString("").equals("nobody")) {
                    connection.sendText("{\"type\":\"error\",\"message\":\"not you\"}");
                    connection.close(WebSocketConnection.POLICY_VIOLATION, "not you");
                } else if (message.has("client_id")) {
                    connection.sendText(INFO);
                    connections.add(connection);
                } else if (message.path("type").asString("").equals("ping")) {
                    connection.sendText("{\"type\":\"pong\"}");
                }
            }

            @Override
            public void onClose() {
                closed.countDown();
            }
        };
    }

    private static HttpResponse<InputStream> get(HttpFixture hypha, String query, String token) throws Exception {
        return hypha.send(
                hypha.request("/rpc?" + query).header("Authorization", "Bearer " + token),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private static HttpResponse<String> post(HttpFixture hypha, String query, String token, Object message)
            throws Exception {
        byte[] body = new MessagePackWriter(1 << 20, 8).value(message).toFrame();
        return hypha.send(
                hypha.request("/rpc?" + query)
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int status(HttpFixture hypha, String query, String token, Object message) throws Exception {
        return post(hypha, query, token, message).statusCode();
    }

    private static Map<?, ?> next(DataInputStream stream) throws IOException {
        byte[] frame = new byte[stream.readInt()];
        stream.readFully(frame);
        return new MessagePackReader(MemorySegment.ofArray(frame), MessagePackLimits.lenient(8, 100, 100)).readMap();
    }

    @Test
    void aStreamCarriesWhatAWebSocketWould() throws Exception {
        try (HttpFixture hypha = new HttpFixture(16, this::open)) {
            HttpResponse<InputStream> answer = get(hypha, "client_id=c&workspace=ws&reconnection_token=again", "jwt");
            assertEquals(200, answer.statusCode());
            assertEquals(
                    "application/x-msgpack-stream",
                    answer.headers().firstValue("content-type").orElseThrow());
            assertEquals(
                    hypha.parse("{\"client_id\":\"c\",\"workspace\":\"ws\",\"token\":\"jwt\","
                            + "\"reconnection_token\":\"again\"}"),
                    hypha.parse(received.take()));
            try (DataInputStream stream = new DataInputStream(answer.body())) {
                assertEquals("m", next(stream).get("manager_id"));
                Map<String, Object> frame = Map.of("to", "ws/other", "type", "method", "x", "y".repeat(70_000));
                assertEquals(200, status(hypha, "client_id=c&workspace=ws", "jwt", frame));
                assertEquals(frame, next(stream));
                assertEquals(200, status(hypha, "client_id=c&workspace=ws", "jwt", Map.of("type", "ping")));
                assertEquals(Map.of("type", "ping"), next(stream));
                assertEquals(400, status(hypha, "client_id=c&workspace=ws", "other", frame));
                assertEquals(400, status(hypha, "client_id=d&workspace=ws", "jwt", frame));
                assertEquals(400, status(hypha, "client_id=c&workspace=ws", "jwt", "text"));
                connections.take().close(WebSocketConnection.NORMAL, "enough");
                assertEquals(-1, stream.read());
            }
            assertTrue(closed.await(SECONDS, TimeUnit.SECONDS));
            assertEquals(400, status(hypha, "client_id=c&workspace=ws", "jwt", Map.of("to", "x")));
            assertTrue(hypha.failures.isEmpty(), hypha.failures::toString);
        }
    }

    @Test
    void whoMayNotComeInIsToldWhy() throws Exception {
        try (HttpFixture hypha = new HttpFixture(16, this::open)) {
            HttpResponse<InputStream> answer = get(hypha, "client_id=nobody", "jwt");
            assertEquals(403, answer.statusCode());
            assertTrue(new String(answer.body().readAllBytes()).contains("not you"));
            assertTrue(closed.await(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void aClientThatLeavesIsClosed() throws Exception {
        try (HttpFixture hypha = new HttpFixture(16, this::open)) {
            HttpResponse<InputStream> answer = get(hypha, "client_id=c", "jwt");
            answer.body().close();
            assertTrue(closed.await(SECONDS, TimeUnit.SECONDS));
        }
    }
}
