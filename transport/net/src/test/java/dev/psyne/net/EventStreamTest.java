package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a;data: a",
                "a\\nb;data: a|data: b",
                "a\\r\\nb\\rc;data: a|data: b|data: c",
                "'';'data: '",
                "\\n;'data: |data: '"
            })
    void everyLineIsAFieldOfItsOwn(String data, String fields) {
        String text = data.replace("\\n", "\n").replace("\\r", "\r");
        assertEquals(fields.replace("|", "\n") + "\n\n", new String(NettyEventStream.encode(text), UTF_8));
    }

    @Test
    void eventsArriveWhileTheHandlerStillRuns() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.route("GET", "/events", exchange -> {
                    EventStream stream = exchange.eventStream();
                    assertTrue(stream.send("one"));
                    first.await();
                    assertTrue(stream.send("two\nlines"));
                    stream.close();
                    assertFalse(stream.send("three"));
                    assertFalse(stream.isOpen());
                }));
                RawClient client = server.raw()) {
            RawClient.Answer head = client.get("/events").answer();
            assertEquals("text/event-stream; charset=utf-8", head.headers().get("content-type"));
            assertEquals("no-cache, no-store", head.headers().get("cache-control"));
            assertEquals("nosniff", head.headers().get("x-content-type-options"));
            assertEquals("data: one\n\n", client.chunk());
            first.countDown();
            assertEquals("data: two\ndata: lines\n\n", client.chunk());
            assertEquals("", client.chunk());
            assertEquals("hello", client.get("/hello").answer().body());
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    @Test
    void aSenderWaitsForASlowReaderAndStopsWhenItLeaves() throws Exception {
        AtomicLong sent = new AtomicLong();
        AtomicBoolean more = new AtomicBoolean(true);
        CountDownLatch ended = new CountDownLatch(1);
        String event = "x".repeat(10_000);
        try (TestServer server = new TestServer(with -> with.route("GET", "/flood", exchange -> {
                    EventStream stream = exchange.eventStream();
                    while (more.get() && stream.send(event)) {
                        sent.incrementAndGet();
                    }
                    ended.countDown();
                }));
                RawClient client = server.raw()) {
            client.get("/flood").answer();
            TestServer.await(() -> stands(sent));
            assertEquals(1, ended.getCount());
            assertTrue(sent.get() < 10_000, "sent without end: " + sent);
            client.close();
            TestServer.await(ended);
            TestServer.await(() -> server.http.statistics().runningRequests() == 0);
        }
    }

    /** Whether a counter has begun and not moved for a tenth of a second. */
    private static boolean stands(AtomicLong counter) {
        long before = counter.get();
        long until = System.nanoTime() + 100_000_000L;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        return before > 0 && before == counter.get();
    }

    @Test
    void aReaderThatIsOnlySlowGetsEverything() throws Exception {
        int events = 500;
        String event = "x".repeat(10_000);
        try (TestServer server = new TestServer(with -> with.route("GET", "/much", exchange -> {
                    try (EventStream stream = exchange.eventStream()) {
                        for (int i = 0; i < events; i++) {
                            assertTrue(stream.send(event));
                        }
                    }
                }));
                RawClient client = server.raw()) {
            client.get("/much").answer();
            for (int i = 0; i < events; i++) {
                assertEquals(event.length() + 8, client.chunk().length());
            }
            assertEquals("", client.chunk());
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    @Test
    void aReaderThatReadsNothingIsCutOff() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        String event = "x".repeat(10_000);
        try (TestServer server =
                        new TestServer(with -> with.limits(HttpLimits.standard().withSeconds(5, 5, 1))
                                .route("GET", "/flood", exchange -> {
                                    EventStream stream = exchange.eventStream();
                                    while (stream.send(event)) {
                                        Thread.onSpinWait();
                                    }
                                    ended.countDown();
                                }));
                RawClient client = server.raw()) {
            client.get("/flood").answer();
            TestServer.await(ended);
        }
    }

    @Test
    void aHandlerThatFailsBreaksItsStreamOff() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/events", exchange -> {
                    exchange.eventStream().send("one");
                    throw new IllegalStateException("in the middle");
                }));
                RawClient client = server.raw()) {
            client.get("/events").answer();
            assertEquals("data: one\n\n", client.chunk());
            assertThrows(EOFException.class, client::chunk);
        }
    }

    @Test
    void anOldClientGetsAStreamWithoutChunks() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/events", exchange -> {
                    exchange.eventStream().send("one");
                }));
                RawClient client = server.raw()) {
            client.send("GET /events HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
            RawClient.Answer head = client.answer();
            assertFalse(head.headers().containsKey("transfer-encoding"));
            assertEquals("data: one", client.line());
            assertEquals("", client.line());
            assertTrue(client.readsEnd());
        }
    }
}
