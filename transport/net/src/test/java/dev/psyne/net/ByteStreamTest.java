package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ByteStreamTest {
    private static final String TYPE = "application/x-msgpack-stream";

    @Test
    void bytesArriveWhileTheHandlerStillRuns() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.route("GET", "/bytes", exchange -> {
                    ByteStream stream = exchange.byteStream(201, TYPE, Map.of("X-Kind", "frames"));
                    assertTrue(stream.send("one".getBytes(UTF_8)));
                    assertTrue(stream.send(new byte[0]));
                    first.await();
                    assertTrue(stream.send("two".getBytes(UTF_8)));
                    stream.close();
                    assertFalse(stream.send("three".getBytes(UTF_8)));
                    assertThrows(IllegalStateException.class, exchange::eventStream);
                }));
                RawClient client = server.raw()) {
            RawClient.Answer head = client.get("/bytes").answer();
            assertEquals(201, head.status());
            assertEquals(TYPE, head.headers().get("content-type"));
            assertEquals("frames", head.headers().get("x-kind"));
            assertEquals("no-store", head.headers().get("cache-control"));
            assertEquals("one", client.chunk());
            first.countDown();
            assertEquals("two", client.chunk());
            assertEquals("", client.chunk());
            assertEquals("hello", client.get("/hello").answer().body());
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    @Test
    void aHeadRequestGetsTheHeaderAlone() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/bytes", exchange -> {
                    assertFalse(exchange.byteStream(200, TYPE, Map.of()).send("one".getBytes(UTF_8)));
                }));
                RawClient client = server.raw()) {
            assertEquals(
                    TYPE, client.request("HEAD", "/bytes").answer().headers().get("content-type"));
            assertEquals("hello", client.get("/hello").answer().body());
        }
    }

    @Test
    void whatCannotBeSentLeavesRoomForAnotherAnswer() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/bytes", exchange -> {
                    assertThrows(IllegalArgumentException.class, () -> exchange.byteStream(99, TYPE, Map.of()));
                    exchange.respond(200, "text/plain", "whole".getBytes(UTF_8));
                }));
                RawClient client = server.raw()) {
            assertEquals("whole", client.get("/bytes").answer().body());
        }
    }

    @Test
    void theQueryIsReadWhole() throws Exception {
        AtomicReference<Map<String, List<String>>> seen = new AtomicReference<>();
        try (TestServer server = new TestServer(with -> with.route("GET", "/query", exchange -> {
                    seen.set(exchange.queries());
                    exchange.respond(200, "text/plain", new byte[0]);
                }));
                RawClient client = server.raw()) {
            assertEquals(200, client.get("/query?b=2&a=1&b=%33&c").answer().status());
            assertEquals(Map.of("b", List.of("2", "3"), "a", List.of("1"), "c", List.of("")), seen.get());
        }
    }
}
