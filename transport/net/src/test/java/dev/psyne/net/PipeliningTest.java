package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PipeliningTest {
    @Test
    void requestsSentAtOnceAreAnsweredInOrderOneAtATime() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        try (TestServer server = new TestServer(with -> with.route("POST", "/echo", exchange -> {
                    overlapped.compareAndSet(false, running.incrementAndGet() > 1);
                    exchange.respond(200, "text/plain", exchange.body().toArray(ValueLayout.JAVA_BYTE));
                    running.decrementAndGet();
                }));
                RawClient client = server.raw()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 100; i < 300; i++) {
                requests.append("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n")
                        .append(i);
                requests.append("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            client.send(requests.toString());
            for (int i = 100; i < 300; i++) {
                assertEquals(Integer.toString(i), client.answer().body());
                assertEquals(404, client.answer().status());
            }
            assertFalse(overlapped.get());
        }
    }

    @Test
    void aClientThatSendsFarAheadIsServedInFull() throws Exception {
        try (TestServer server = new TestServer(with -> with.route(
                        "POST",
                        "/size",
                        exchange -> exchange.respond(
                                200,
                                "text/plain",
                                Long.toString(exchange.body().byteSize()).getBytes(UTF_8))));
                RawClient client = server.raw()) {
            int size = (int) (4 * PipelineGate.MAX_HELD_BYTES);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        client.request("POST", "/size", "Content-Length: " + size)
                                .send(new byte[size]);
                    }
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            for (int i = 0; i < 20; i++) {
                assertEquals(Integer.toString(size), client.answer().body());
            }
            sender.join();
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void theConnectionEndsAfterTheRequestThatAsksForIt() throws Exception {
        try (TestServer server = new TestServer(with -> with);
                RawClient client = server.raw();
                RawClient old = server.raw()) {
            client.get("/hello", "Connection: close").get("/hello");
            RawClient.Answer answer = client.answer();
            assertEquals("close", answer.headers().get("connection"));
            assertTrue(client.readsEnd());
            old.send("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n");
            assertEquals("hello", old.answer().body());
            assertTrue(old.readsEnd());
        }
    }

    @Test
    void aClientThatLeavesDuringItsRequestIsNoticedAtOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.route("GET", "/long", exchange -> {
                    exchange.onDisconnect(() -> {
                        throw new IllegalStateException("one of them fails");
                    });
                    exchange.onDisconnect(gone::countDown);
                    begun.countDown();
                    gone.await();
                    exchange.onDisconnect(late::countDown);
                }));
                RawClient client = server.raw()) {
            client.get("/long").get("/hello");
            TestServer.await(begun);
            client.close();
            TestServer.await(gone);
            TestServer.await(late);
            TestServer.await(() -> server.http.statistics().openConnections() == 0);
            TestServer.await(() -> server.http.statistics().runningRequests() == 0);
            assertEquals(1, server.failures.size(), server.failures::toString);
        }
    }

    @Test
    void aClientThatStaysIsNeverReportedGone() throws Exception {
        AtomicBoolean gone = new AtomicBoolean();
        try (TestServer server = new TestServer(with -> with.route("GET", "/short", exchange -> {
                    exchange.onDisconnect(() -> gone.set(true));
                    exchange.respond(200, "text/plain", new byte[0]);
                }));
                RawClient client = server.raw()) {
            assertEquals(200, client.get("/short").answer().status());
            assertEquals(200, client.get("/hello").answer().status());
            client.close();
            TestServer.await(() -> server.http.statistics().openConnections() == 0);
            assertFalse(gone.get());
        }
    }
}
