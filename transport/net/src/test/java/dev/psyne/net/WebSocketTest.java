package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WebSocketTest {
    private static final int BINARY = 0x82;
    private static final int TEXT = 0x81;

    /** Sends every binary message back, and every text as binary. */
    private record Echo(WebSocketConnection connection, CountDownLatch closed) implements WebSocketListener {
        @Override
        public void onBinary(MemorySegment frame) {
            connection.send(frame.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void onText(String text) {
            if (text.equals("bye")) {
                connection.close(4001, "you said so " + "ü".repeat(100));
            } else if (text.equals("fail")) {
                throw new IllegalStateException("as asked");
            }
            connection.send(text.getBytes(UTF_8));
        }

        @Override
        public void onClose() {
            closed.countDown();
        }
    }

    private final CountDownLatch closed = new CountDownLatch(1);

    private UnaryOperator<HttpServer.Builder> echo(HttpLimits limits) {
        return with -> with.limits(limits).webSocket("/socket", "psyne.v1", connection -> new Echo(connection, closed));
    }

    private TestServer echoServer() {
        return new TestServer(echo(HttpLimits.standard().withMaxFrameBytes(1 << 20)));
    }

    private static void opened(RawClient client) throws Exception {
        RawClient.Answer answer = client.openWebSocket("/socket", "psyne.v1").answer();
        assertEquals(101, answer.status(), answer.body());
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.headers().get("sec-websocket-accept"));
        assertEquals("psyne.v1", answer.headers().get("sec-websocket-protocol"));
        assertEquals("nosniff", answer.headers().get("x-content-type-options"));
        assertFalse(answer.headers().containsKey("sec-websocket-extensions"));
    }

    /** What the JDK's client receives. */
    private static final class Inbox implements WebSocket.Listener {
        final BlockingQueue<ByteBuffer> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            whole.writeBytes(part);
            if (last) {
                messages.add(ByteBuffer.wrap(whole.toByteArray()));
                whole.reset();
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closeCode.complete(code);
            return CompletableFuture.completedStage(null);
        }
    }

    @Test
    void theJdksClientExchangesMessages() throws Exception {
        Inbox inbox = new Inbox();
        try (TestServer server = echoServer()) {
            WebSocket socket = server.client()
                    .newWebSocketBuilder()
                    .subprotocols("other", "psyne.v1")
                    .buildAsync(URI.create(server.uri("/socket").toString().replace("http", "ws")), inbox)
                    .join();
            assertEquals("psyne.v1", socket.getSubprotocol());
            byte[] large = new byte[900_000];
            new Random(3).nextBytes(large);
            socket.sendBinary(ByteBuffer.wrap(large), true).join();
            socket.sendText("grü", false).join();
            socket.sendText("ße", true).join();
            assertEquals(ByteBuffer.wrap(large), inbox.messages.poll(TestServer.AWAIT_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    ByteBuffer.wrap("grüße".getBytes(UTF_8)),
                    inbox.messages.poll(TestServer.AWAIT_SECONDS, TimeUnit.SECONDS));
            assertEquals(1, server.http.statistics().openWebSockets());
            socket.sendText("bye", true).join();
            assertEquals(4001, inbox.closeCode.get(TestServer.AWAIT_SECONDS, TimeUnit.SECONDS));
            TestServer.await(closed);
            TestServer.await(() -> server.http.statistics().openWebSockets() == 0);
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void whatIsNoHandshakeIsRefused() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            assertEquals(
                    400, client.openWebSocket("/socket", "psyne.v2").answer().status());
            assertEquals(
                    404, client.openWebSocket("/elsewhere", "psyne.v1").answer().status());
            assertEquals(426, client.get("/socket").answer().status());
            assertEquals(
                    426,
                    client.get("/socket", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8")
                            .answer()
                            .status());
            String[] upgrade = {"Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"};
            assertEquals(400, client.get("/socket", upgrade).answer().status());
            String[] foreign = Arrays.copyOf(upgrade, 4);
            foreign[3] = "Origin: http://evil.example";
            assertEquals(403, client.get("/socket", foreign).answer().status());
            assertEquals(0, server.http.statistics().openWebSockets());
        }
    }

    @Test
    void pingsAreAnsweredBetweenFragments() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            client.frame(0x02, "he".getBytes(UTF_8)).frame(0x89, "now".getBytes(UTF_8));
            RawClient.Frame pong = client.frame();
            assertEquals(10, pong.opcode());
            assertEquals("now", pong.payload());
            client.frame(0x00, "ll".getBytes(UTF_8)).frame(0x8A, new byte[0]).frame(0x80, "o".getBytes(UTF_8));
            assertEquals("hello", client.frame().payload());
        }
    }

    @Test
    void theClosingHandshakeIsAnswered() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            client.frame(BINARY, "last".getBytes(UTF_8)).frame(0x88, new byte[] {0x03, (byte) 0xE8, 'o', 'k'});
            RawClient.Frame answer = client.frame();
            if (answer.opcode() == 2) {
                // The echo may be faster than the close, or come too late to be sent.
                answer = client.frame();
            }
            assertEquals(8, answer.opcode());
            assertEquals(1000, answer.closeCode());
            assertTrue(client.readsEnd());
            TestServer.await(closed);
        }
    }

    @Test
    void aReasonIsCutToItsBound() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            client.frame(TEXT, "bye".getBytes(UTF_8));
            RawClient.Frame close = client.frame();
            assertEquals(4001, close.closeCode());
            String reason = new String(
                    close.payload().getBytes(ISO_8859_1), 2, close.payload().length() - 2, UTF_8);
            assertEquals("you said so " + "ü".repeat(55), reason);
        }
    }

    @Test
    void brokenFramesCloseTheConnectionWithTheReason() throws Exception {
        expectClose(1002, 0x82, 0x01, 'x');
        expectClose(1002, 0xC2, 0x80, 0, 0, 0, 0);
        expectClose(1002, 0x83, 0x80, 0, 0, 0, 0);
        expectClose(1002, 0x80, 0x80, 0, 0, 0, 0);
        expectClose(1002, 0x09, 0x80, 0, 0, 0, 0);
        expectClose(1002, 0x89, 0xFE, 0x00, 0x7E, 0, 0, 0, 0);
        expectClose(1002, 0x82, 0xFE, 0x00, 0x01, 0, 0, 0, 0);
        expectClose(1002, 0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        expectClose(1009, 0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0);
        expectClose(1002, 0x88, 0x81, 0, 0, 0, 0, 3);
        expectClose(1002, 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED);
        expectClose(1007, 0x81, 0x81, 0, 0, 0, 0, 0xFF);
    }

    private void expectClose(int code, int... bytes) throws Exception {
        byte[] frame = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            frame[i] = (byte) bytes[i];
        }
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            RawClient.Frame close = client.send(frame).frame();
            assertEquals(8, close.opcode());
            assertEquals(code, close.closeCode(), Arrays.toString(bytes));
            assertTrue(client.readsEnd());
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aMessageThatFindsNoMemoryIsRefused() throws Exception {
        try (TestServer server = new TestServer(1_000, echo(HttpLimits.standard()));
                RawClient client = server.raw()) {
            opened(client);
            RawClient.Frame close = client.frame(BINARY, new byte[1_001]).frame();
            assertEquals(1013, close.closeCode());
        }
    }

    @Test
    void aListenerThatFailsClosesItsConnection() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            assertEquals(
                    1011, client.frame(TEXT, "fail".getBytes(UTF_8)).frame().closeCode());
            TestServer.await(closed);
            assertEquals(1, server.failures.size());
        }
    }

    @Test
    void aPeerThatVanishesIsReported() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            client.send(new byte[] {(byte) 0x82, (byte) 0xFE, 0x40, 0x00, 0, 0, 0, 0, 1, 2, 3});
            TestServer.await(() -> server.budget.used() == 0x4000);
            client.close();
            TestServer.await(closed);
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aSilentPeerIsAskedAndThenCutOff() throws Exception {
        try (TestServer server = new TestServer(echo(HttpLimits.standard().withSeconds(5, 5, 1)));
                RawClient client = server.raw()) {
            opened(client);
            assertEquals(9, client.frame().opcode());
            assertTrue(client.readsEnd());
            TestServer.await(closed);
        }
    }

    @Test
    void aSenderWaitsForASlowPeer() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicReference<Throwable> end = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.webSocket("/socket", "psyne.v1", connection -> {
                    try {
                        while (true) {
                            connection.send(new byte[10_000]);
                            sent.incrementAndGet();
                        }
                    } catch (ConnectionClosedException closedByPeer) {
                        end.set(closedByPeer);
                        assertFalse(connection.isOpen());
                        ended.countDown();
                        throw closedByPeer;
                    }
                }));
                RawClient client = server.raw()) {
            opened(client);
            for (int i = 0; i < 1_000; i++) {
                assertEquals(10_000, client.frame().payload().length());
            }
            TestServer.await(() -> sent.get() > 1_000);
            client.close();
            TestServer.await(ended);
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    /** Handles nothing before it may go. */
    private record Slow(CountDownLatch go, AtomicInteger received, CountDownLatch closed) implements WebSocketListener {
        @Override
        public void onBinary(MemorySegment frame) {
            awaitQuietly(go);
            received.incrementAndGet();
        }

        @Override
        public void onText(String text) {}

        @Override
        public void onClose() {
            closed.countDown();
        }
    }

    @Test
    void aSlowListenerStopsTheReading() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger received = new AtomicInteger();
        int messages = 400;
        HttpLimits limits = HttpLimits.standard().withMaxFrameBytes(100_000);
        try (TestServer server = new TestServer(with -> with.limits(limits)
                        .webSocket("/socket", "psyne.v1", connection -> new Slow(go, received, closed)));
                RawClient client = server.raw()) {
            opened(client);
            Thread sender = Thread.ofVirtual().start(() -> {
                byte[] frame = RawClient.encodeFrame(BINARY, new byte[50_000]);
                assertDoesNotFail(() -> {
                    for (int i = 0; i < messages; i++) {
                        client.send(frame);
                    }
                });
            });
            TestServer.await(() -> server.budget.used() >= 100_000);
            assertTrue(server.budget.used() < 1_000_000, "read without end: " + server.budget.used());
            go.countDown();
            sender.join();
            TestServer.await(() -> received.get() == messages);
            assertTrue(server.budget.used() < 1_000_000);
            client.close();
            TestServer.await(closed);
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aStoppingServerSaysSo() throws Exception {
        try (TestServer server = echoServer();
                RawClient client = server.raw()) {
            opened(client);
            Thread closer = Thread.ofVirtual().start(server.http::close);
            assertEquals(1001, client.frame().closeCode());
            assertTrue(client.readsEnd());
            client.close();
            closer.join();
            TestServer.await(closed);
        }
    }

    @Test
    void aStatusThatMayNotBeSentIsAMistakeOfTheCaller() throws Exception {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.webSocket("/socket", "psyne.v1", connection -> {
                    refused.set(assertThrows(IllegalArgumentException.class, () -> connection.close(1005, "")));
                    assertTrue(connection.queuedBytes() >= 0);
                    done.countDown();
                    return new Echo(connection, closed);
                }));
                RawClient client = server.raw()) {
            opened(client);
            TestServer.await(done);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void assertDoesNotFail(Action action) {
        try {
            action.run();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        assertDoesNotFail(latch::await);
    }
}
