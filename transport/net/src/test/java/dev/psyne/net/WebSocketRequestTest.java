package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A WebSocket without a subprotocol: its handshake's head, and text beside binary messages. */
class WebSocketRequestTest {
    private static final int BINARY = 2;
    private static final int TEXT = 1;
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private final AtomicReference<WebSocketConnection> connection = new AtomicReference<>();
    private final AtomicReference<String> seen = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private WebSocketListener open(WebSocketConnection opened) {
        HttpHead head = opened.request();
        seen.set(head.method() + " " + head.path() + " " + head.queries() + " " + head.query("none") + " "
                + head.header("x-from"));
        connection.set(opened);
        opened.sendText("grüße");
        opened.send(List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8), new byte[0]));
        return new WebSocketListener() {
            @Override
            public void onBinary(MemorySegment frame) {}

            @Override
            public void onText(String text) {
                opened.sendText(text + text);
            }

            @Override
            public void onClose() {
                closed.countDown();
            }
        };
    }

    private static RawClient handshake(RawClient client, String... more) throws Exception {
        String[] headers = new String[more.length + 4];
        headers[0] = "Connection: Upgrade";
        headers[1] = "Upgrade: websocket";
        headers[2] = "Sec-WebSocket-Version: 13";
        headers[3] = KEY;
        System.arraycopy(more, 0, headers, 4, more.length);
        return client.get("/ws?a=1&b=x%20y", headers);
    }

    @Test
    void theHandshakeIsReadAndTextGoesBothWays() throws Exception {
        try (TestServer server = new TestServer(with -> with.webSocket("/ws", this::open));
                RawClient client = server.raw()) {
            assertEquals(101, handshake(client, "X-From: here").answer().status());
            assertEquals(new RawClient.Frame(TEXT, new String("grüße".getBytes(UTF_8), ISO_8859_1)), client.frame());
            assertEquals(new RawClient.Frame(BINARY, "a"), client.frame());
            assertEquals(new RawClient.Frame(BINARY, "b"), client.frame());
            assertEquals(new RawClient.Frame(BINARY, ""), client.frame());
            assertEquals("GET /ws {a=[1], b=[x y]} " + Optional.empty() + " Optional[here]", seen.get());
            client.frame(0x81, "ha".getBytes(UTF_8));
            assertEquals(new RawClient.Frame(TEXT, "haha"), client.frame());
            assertThrows(IllegalStateException.class, () -> connection.get().request());
        }
        TestServer.await(closed);
        assertThrows(ConnectionClosedException.class, () -> connection.get().sendText("late"));
        assertThrows(ConnectionClosedException.class, () -> connection.get().send(List.of(new byte[1])));
    }

    @Test
    void compressionAndSubprotocolsAreNeverChosen() throws Exception {
        try (TestServer server = new TestServer(with -> with.webSocket("/ws", this::open));
                RawClient client = server.raw()) {
            RawClient.Answer answer = handshake(
                            client,
                            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
                            "Sec-WebSocket-Protocol: other")
                    .answer();
            assertEquals(101, answer.status());
            assertFalse(answer.headers().containsKey("sec-websocket-extensions"));
            assertFalse(answer.headers().containsKey("sec-websocket-protocol"));
            assertTrue(client.frame().opcode() == TEXT);
        }
    }
}
