package dev.psyne.node;

import static dev.psyne.node.WireSocket.CALL;
import static dev.psyne.node.WireSocket.END;
import static dev.psyne.node.WireSocket.GOAWAY;
import static dev.psyne.node.WireSocket.HELLO;
import static dev.psyne.node.WireSocket.PING;
import static dev.psyne.node.WireSocket.PONG;
import static dev.psyne.node.WireSocket.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** psyne.v2 over the WebSocket of a running node, in frames written by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RpcSocketsTest {
    private static final int CONNECTIONS = 100;

    private final HttpClient http = HttpClient.newHttpClient();
    private Node node;

    private static Node node(Optional<String> token) {
        return Node.start(new NodeOptions(
                "127.0.0.1",
                0,
                token,
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(ModelSource.at(RunningNode.MODEL)),
                ModelMemory.standard(),
                2,
                NodeLimits.standard(),
                Optional.empty()));
    }

    @BeforeAll
    void start() {
        node = node(Optional.empty());
    }

    @AfterAll
    void end() {
        http.shutdownNow();
        node.close();
    }

    private WireSocket greeted() throws InterruptedException {
        return WireSocket.greeted(http, node.uri());
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void aStrangerWithThePageIsGreetedAndCalls() throws Exception {
        try (WireSocket wire = greeted()) {
            wire.send(WireSocket.services(1));
            WireSocket.Frame services = wire.frame();
            assertEquals(END, services.kind());
            assertEquals(1, services.stream());
            assertTrue(services.text().contains("Vision"), services::text);
            wire.send(WireSocket.find(3, "Vision"));
            assertTrue(wire.frame().text().contains("service Vision"));
        }
    }

    @Test
    void aMessageHoldsManyFramesAndFragmentsOfFrames() throws Exception {
        try (WireSocket wire = new WireSocket(http, node.uri())) {
            wire.send(concat(
                    WireSocket.hello(),
                    frame(PING, 0, 0, new byte[] {7}),
                    WireSocket.services(1),
                    WireSocket.services(3)));
            List<Integer> kinds = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                kinds.add(wire.frame().kind());
            }
            kinds.sort(null);
            assertEquals(List.of(HELLO, END, END, PONG), kinds);
            byte[] call = WireSocket.services(5);
            for (int i = 0; i < call.length; i++) {
                wire.send(new byte[] {call[i]}, i == call.length - 1);
            }
            assertEquals(5, wire.frame().stream());
        }
    }

    @Test
    void bothSubprotocolsAreSpokenAtTheSamePath() throws Exception {
        try (WireSocket both = new WireSocket(http, node.uri(), true, RpcEndpoint.SUBPROTOCOL);
                AskingClient first = new AskingClient(http, node.uri())) {
            assertEquals(RpcSockets.SUBPROTOCOL, both.subprotocol());
            assertEquals("method_not_found", AskingClient.text(first.call("no.method", java.util.Map.of()), "code"));
        }
        CompletionException unknown = assertThrows(
                CompletionException.class,
                () -> http.newWebSocketBuilder()
                        .subprotocols("psyne.v3")
                        .buildAsync(
                                URI.create("ws://" + node.uri().getAuthority() + RpcEndpoint.PATH),
                                new java.net.http.WebSocket.Listener() {})
                        .join());
        assertEquals(400, status(unknown));
    }

    /** Of an answer that opened no WebSocket. */
    private static int status(CompletionException failed) {
        return assertInstanceOf(WebSocketHandshakeException.class, failed.getCause())
                .getResponse()
                .statusCode();
    }

    private void assertRefused(String rule, byte[] message) throws InterruptedException {
        try (WireSocket wire = greeted()) {
            wire.send(message);
            WireSocket.Frame last = wire.frame();
            assertEquals(GOAWAY, last.kind());
            assertTrue(last.text().contains("protocol_error") && last.text().contains(rule), last::text);
            assertEquals(1002, wire.closeCode());
        }
    }

    @Test
    void aBrokenFrameIsToldAndEndsTheConnectionWith1002() throws Exception {
        assertRefused("unknown kind of frame 77", frame(77, 0, 0, new byte[0]));
        assertRefused("a second HELLO", WireSocket.hello());
        assertRefused("it may have", frame(CALL, 1, 1, Integer.MAX_VALUE, new byte[1]));
        assertRefused("a piece has at most", frame(CALL, 1, 1, 70_000, new byte[70_000]));
        assertRefused("ends within a frame", Arrays.copyOf(WireSocket.services(1), 20));
        assertRefused("ends within a frame", new byte[] {8});
        try (WireSocket wire = new WireSocket(http, node.uri())) {
            wire.send(WireSocket.services(1));
            assertTrue(wire.frame().text().contains("before HELLO"));
            assertEquals(1002, wire.closeCode());
        }
    }

    @Test
    void wordsAndMessagesOverTheBoundAreRefused() throws Exception {
        try (WireSocket wire = greeted()) {
            wire.sendText("hello");
            assertEquals(1003, wire.closeCode());
        }
        try (WireSocket wire = greeted()) {
            var _ = wire.sendAsync(new byte[NodeLimits.standard().http().maxFrameBytes() + 1], true);
            assertEquals(1009, wire.closeCode());
        }
        try (WireSocket wire = greeted()) {
            byte[] pings = frame(PING, 0, 0, new byte[64]);
            byte[] chunk = new byte[pings.length * 1_000];
            for (int at = 0; at < chunk.length; at += pings.length) {
                System.arraycopy(pings, 0, chunk, at, pings.length);
            }
            int sent = 0;
            while (sent <= NodeLimits.standard().http().maxFrameBytes()) {
                wire.sendAsync(chunk, false).exceptionally(_ -> null).join();
                sent += chunk.length;
            }
            assertEquals(1009, wire.closeCode());
        }
    }

    @Test
    void theNodesTokenIsShownWithTheHandshake() throws Exception {
        try (Node guarded = node(Optional.of("s3cret"))) {
            URI bare = URI.create("http://" + guarded.uri().getAuthority());
            CompletionException refused = assertThrows(CompletionException.class, () -> new WireSocket(http, bare));
            assertEquals(401, status(refused));
            WireSocket.greeted(http, bare.resolve("/?token=s3cret")).close();
        }
    }

    @Test
    void aHundredConnectionsAreServedAtOnce() throws Exception {
        List<WireSocket> wires = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                wires.add(greeted());
            }
            for (int round = 0; round < 3; round++) {
                for (WireSocket wire : wires) {
                    wire.send(WireSocket.services(2 * round + 1));
                }
                for (WireSocket wire : wires) {
                    assertEquals(2 * round + 1, wire.frame().stream());
                }
            }
        } finally {
            wires.forEach(WireSocket::close);
        }
    }

    @Test
    void aSlowReaderHoldsUpNobodyAndMissesNothing() throws Exception {
        int calls = 20_000;
        try (WireSocket slow = new WireSocket(http, node.uri(), false);
                WireSocket other = greeted()) {
            slow.send(WireSocket.hello());
            for (int i = 0; i < calls; i++) {
                slow.send(WireSocket.find(2 * i + 1, "Vision"));
                if (i % 1_000 == 0) {
                    other.send(frame(PING, 0, 0, new byte[] {1}));
                    assertEquals(PONG, other.frame().kind());
                }
            }
            slow.read();
            assertEquals(HELLO, slow.frame().kind());
            Set<Integer> answered = new HashSet<>();
            while (answered.size() < calls) {
                WireSocket.Frame answer = slow.frame();
                assertTrue(answered.add(answer.stream()), () -> "twice: " + answer.stream());
            }
        }
    }

    @Test
    void aPingIsAnsweredWithItsBytes() throws Exception {
        try (WireSocket wire = greeted()) {
            wire.send(frame(PING, 0, 0, new byte[] {1, 2, 3}));
            assertArrayEquals(new byte[] {1, 2, 3}, wire.frame().payload());
        }
    }
}
