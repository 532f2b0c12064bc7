package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A listener that takes messages in parts, and sends when the connection says that it takes more. */
class WebSocketPartsTest {
    private static final int BINARY = 0x82;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 10_000;
    private static final int BLOCKS = 2_000;

    /** Counts what comes, and answers each message with {@code blocks} blocks, as fast as the connection takes them. */
    private static final class Counting implements WebSocketListener {
        private final WebSocketConnection connection;
        private final int blocks;
        private final AtomicLong bytes = new AtomicLong();
        private final CountDownLatch closed = new CountDownLatch(1);
        private long told;
        private int left;
        private int refusals;

        Counting(WebSocketConnection connection, int blocks) {
            this.connection = connection;
            this.blocks = blocks;
        }

        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onBinaryPart(MemorySegment part, boolean last) {
            assertTrue(Thread.currentThread().getName().startsWith("psyne-net-"));
            take(part, last);
        }

        private void take(MemorySegment part, boolean last) {
            if (part.byteSize() > 0 && part.get(ValueLayout.JAVA_BYTE, 0) == 'f') {
                throw new IllegalStateException("as asked");
            }
            told += part.byteSize();
            bytes.set(told);
            if (last) {
                left = blocks;
                connection.awaitWritable();
            }
        }

        @Override
        public void onBinary(MemorySegment message) {
            take(message, true);
        }

        @Override
        public void onWritable() {
            while (left > 0) {
                byte digit = (byte) ('0' + left % 10);
                if (!connection.trySend(BLOCK_BYTES, place -> place.fill(digit))) {
                    refusals++;
                    connection.awaitWritable();
                    return;
                }
                left--;
            }
        }

        @Override
        public void onText(String text) {}

        @Override
        public void onClose() {
            closed.countDown();
        }
    }

    private final CompletableFuture<Counting> opened = new CompletableFuture<>();

    private TestServer server(int blocks) {
        return new TestServer(with -> with.webSocket("/socket", "p", connection -> {
                    Counting listener = new Counting(connection, blocks);
                    opened.complete(listener);
                    return listener;
                })
                .webSocket("/socket", "q", connection -> {
                    connection.send("q".getBytes(ISO_8859_1));
                    return new Counting(connection, 0);
                }));
    }

    private Counting open(RawClient client) throws Exception {
        assertEquals(101, client.openWebSocket("/socket", "p").answer().status());
        return opened.get(TestServer.AWAIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void partsTakeNoMemoryOfTheServers() throws Exception {
        try (TestServer server = server(0);
                RawClient client = server.raw()) {
            Counting listener = open(client);
            byte[] frame = RawClient.encodeFrame(BINARY, new byte[LARGE_BYTES]);
            long sent = 0;
            for (int i = 0; i < 5; i++) {
                client.send(frame);
                sent += LARGE_BYTES;
                long all = sent;
                TestServer.await(() -> listener.bytes.get() == all);
            }
            assertEquals(0, server.budget.used());
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    @Test
    void whoeverWaitsIsToldWhenTheConnectionTakesMore() throws Exception {
        try (TestServer server = server(BLOCKS);
                RawClient client = server.raw()) {
            Counting listener = open(client);
            client.send(RawClient.encodeFrame(BINARY, new byte[1]));
            for (int i = BLOCKS; i > 0; i--) {
                String block = client.frame().payload();
                assertEquals(BLOCK_BYTES, block.length());
                assertEquals('0' + i % 10, block.charAt(BLOCK_BYTES - 1));
            }
            client.close();
            TestServer.await(listener.closed);
            assertTrue(listener.refusals > 0, "twenty megabytes were taken at once");
        }
    }

    @Test
    void aFailureOnTheWayClosesTheConnection() throws Exception {
        try (TestServer server = server(0);
                RawClient client = server.raw()) {
            Counting _ = open(client);
            client.send(RawClient.encodeFrame(BINARY, "fail".getBytes(ISO_8859_1)));
            assertEquals(1011, client.frame().closeCode());
            assertEquals("as asked", server.failures.peek().getMessage());
        }
    }

    @Test
    void theClientsFirstSubprotocolThatIsKnownIsSpoken() throws Exception {
        try (TestServer server = server(0)) {
            for (String offered : new String[] {"q", "x, q, p", "q,p"}) {
                try (RawClient client = server.raw()) {
                    RawClient.Answer answer =
                            client.openWebSocket("/socket", offered).answer();
                    assertEquals("q", answer.headers().get("sec-websocket-protocol"));
                    assertEquals("q", client.frame().payload());
                }
            }
            try (RawClient client = server.raw()) {
                assertEquals(
                        "p",
                        client.openWebSocket("/socket", "p, q")
                                .answer()
                                .headers()
                                .get("sec-websocket-protocol"));
            }
            try (RawClient client = server.raw()) {
                RawClient.Answer refused = client.openWebSocket("/socket", "x").answer();
                assertEquals(400, refused.status());
                assertTrue(refused.body().contains("p or q"), refused::body);
            }
        }
    }
}
