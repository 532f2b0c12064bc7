package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    @Test
    void answersWithWhatTheHandlerGives() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/page", exchange -> {
            String text = exchange.method() + " " + exchange.path() + " "
                    + exchange.query("name").orElse("nobody") + " "
                    + exchange.header("x-colour").orElse("none");
            exchange.respond(201, "text/plain", text.getBytes(UTF_8), Map.of("Cache-Control", "max-age=60"));
        }))) {
            HttpResponse<String> answer = server.client()
                    .send(
                            server.request("/page?name=J%C3%BCrgen&x=1")
                                    .header("X-Colour", "red")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(201, answer.statusCode());
            assertEquals("GET /page Jürgen red", answer.body());
            assertEquals(
                    "text/plain", answer.headers().firstValue("content-type").orElseThrow());
            assertEquals(
                    "max-age=60", answer.headers().firstValue("cache-control").orElseThrow());
            assertEquals(
                    "nosniff",
                    answer.headers().firstValue("x-content-type-options").orElseThrow());
            assertEquals(
                    "no-referrer",
                    answer.headers().firstValue("referrer-policy").orElseThrow());
            assertTrue(answer.headers().firstValue("date").isPresent());
        }
    }

    @Test
    void handsBodiesOfEverySizeOverWhole() throws Exception {
        try (TestServer server = new TestServer(with -> with.route(
                "POST",
                "/echo",
                exchange -> exchange.respond(
                        200, "application/octet-stream", exchange.body().toArray(ValueLayout.JAVA_BYTE))))) {
            Random random = new Random(7);
            for (int size : new int[] {0, 1, 100, Payload.HEAP_BYTES, Payload.HEAP_BYTES + 1, 300_000, 3_000_000}) {
                byte[] body = new byte[size];
                random.nextBytes(body);
                for (HttpRequest.BodyPublisher publisher : new HttpRequest.BodyPublisher[] {
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(body))
                }) {
                    HttpResponse<byte[]> answer = server.client()
                            .send(
                                    server.request("/echo").POST(publisher).build(),
                                    HttpResponse.BodyHandlers.ofByteArray());
                    assertEquals(200, answer.statusCode());
                    org.junit.jupiter.api.Assertions.assertArrayEquals(body, answer.body());
                }
            }
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aBodyIsGoneWhenItsHandlerHasReturned() throws Exception {
        AtomicReference<HttpExchange> kept = new AtomicReference<>();
        try (TestServer server = new TestServer(with -> with.route("POST", "/keep", exchange -> {
            kept.set(exchange);
            exchange.respond(204, "text/plain", new byte[0]);
        }))) {
            assertEquals(204, server.post("/keep", new byte[100_000]).statusCode());
            TestServer.await(() -> server.budget.used() == 0);
            assertEquals(0, kept.get().body().byteSize());
        }
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() throws Exception {
        try (TestServer server = new TestServer(with -> with);
                RawClient client = server.raw()) {
            client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client.get("/hello");
            String head = readHead(client);
            assertTrue(head.contains("content-length: 5"), head);
            assertEquals("hello", client.answer().body());
        }
    }

    private static String readHead(RawClient client) throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = client.line(); !line.isEmpty(); line = client.line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    @Test
    void saysWhatIsNotThere() throws Exception {
        try (TestServer server = new TestServer(with -> with.route(
                        "POST", "/hello", exchange -> exchange.respond(200, "text/plain", new byte[0]))
                .route(
                        "GET",
                        "/below/*",
                        exchange -> exchange.respond(
                                200, "text/plain", exchange.path().getBytes(UTF_8))))) {
            HttpResponse<String> missing = server.get("/nowhere%22%3C");
            assertEquals(404, missing.statusCode());
            assertEquals(
                    "{\"error\":{\"message\":\"There is nothing at /nowhere\\\"\\u003c.\","
                            + "\"type\":\"invalid_request_error\",\"code\":\"not_found\"}}",
                    missing.body());
            HttpResponse<String> wrong = server.client()
                    .send(server.request("/hello").DELETE().build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(405, wrong.statusCode());
            assertEquals("GET, HEAD, POST", wrong.headers().firstValue("allow").orElseThrow());
            assertEquals("/below/a/b", server.get("/below/a/b").body());
        }
    }

    @Test
    void aHandlerThatFailsIsAnsweredWithoutItsSecrets() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/broken", exchange -> {
                    throw new IllegalStateException("secret");
                })
                .route("GET", "/silent", exchange -> {})
                .route("GET", "/picky", exchange -> {
                    throw new HttpException(422, "invalid_request_error", "not_an_image", "This is not an image.");
                }))) {
            HttpResponse<String> broken = server.get("/broken");
            assertEquals(500, broken.statusCode());
            assertFalse(broken.body().contains("secret"));
            assertEquals(500, server.get("/silent").statusCode());
            HttpResponse<String> picky = server.get("/picky");
            assertEquals(422, picky.statusCode());
            assertTrue(picky.body().contains("\"code\":\"not_an_image\""), picky.body());
            assertEquals(2, server.failures.size());
            assertEquals(2, server.http.statistics().failures());
        }
    }

    @Test
    void aSecondAnswerIsAMistakeOfTheHandler() throws Exception {
        AtomicReference<Throwable> second = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        try (TestServer server = new TestServer(with -> with.route("GET", "/twice", exchange -> {
            exchange.respond(200, "text/plain", "once".getBytes(UTF_8));
            second.set(assertThrows(IllegalStateException.class, exchange::eventStream));
            done.countDown();
        }))) {
            assertEquals("once", server.get("/twice").body());
            TestServer.await(done);
            assertInstanceOf(IllegalStateException.class, second.get());
        }
    }

    @Test
    void whatCannotBeSentIsRefusedBeforeItIsAnAnswer() throws Exception {
        try (TestServer server = new TestServer(with -> with.route("GET", "/split", exchange -> {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> exchange.respond(200, "text/plain", new byte[0], Map.of("X", "a\r\nSet-Cookie: b")));
            assertThrows(IllegalArgumentException.class, () -> exchange.respond(99, "text/plain", new byte[0]));
            exchange.respond(200, "text/plain", "clean".getBytes(UTF_8));
        }))) {
            HttpResponse<String> answer = server.get("/split");
            assertEquals("clean", answer.body());
            assertTrue(answer.headers().firstValue("set-cookie").isEmpty());
        }
    }

    @Test
    void handlersRunOnTheSchedulerAndCounted() throws Exception {
        AtomicReference<String> thread = new AtomicReference<>("");
        try (TestServer server = new TestServer(with -> with.route("GET", "/where", exchange -> {
            thread.set(Thread.currentThread().toString());
            exchange.respond(200, "text/plain", new byte[0]);
        }))) {
            server.get("/where");
            server.get("/nowhere");
            assertFalse(thread.get().contains("psyne-net"), thread.get());
            ServerStatistics statistics = server.http.statistics();
            assertEquals(2, statistics.requests());
            assertEquals(0, statistics.rejected());
            assertEquals(1, statistics.openConnections());
            assertTrue(statistics.bytesIn() > 100 && statistics.bytesOut() > 100, statistics.toString());
        }
    }

    @Test
    void closingLetsAnExchangeEndAndTakesNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        TestServer server = new TestServer(with -> with.route("GET", "/slow", exchange -> {
            begun.countDown();
            go.await();
            exchange.respond(200, "text/plain", "done".getBytes(UTF_8));
        }));
        try (server;
                RawClient client = server.raw();
                RawClient idle = server.raw()) {
            idle.get("/hello").answer();
            client.get("/slow");
            TestServer.await(begun);
            Thread closer = Thread.ofVirtual().start(server.http::close);
            assertTrue(idle.readsEnd());
            go.countDown();
            assertEquals("done", client.answer().body());
            assertTrue(client.readsEnd());
            closer.join();
            assertThrows(ConnectException.class, server::raw);
        }
    }

    @Test
    void aPortInUseIsSaid() {
        try (TestServer server = new TestServer(with -> with);
                Scheduler scheduler = Scheduler.create(1)) {
            HttpServer.Builder second =
                    HttpServer.builder().scheduler(scheduler).port(server.http.port());
            UncheckedIOException failure = assertThrows(UncheckedIOException.class, second::start);
            assertTrue(String.valueOf(failure.getMessage())
                    .contains("cannot listen on 127.0.0.1 port " + server.http.port()));
        }
    }

    @Test
    void aServerWithoutASchedulerOrWithTwoHandlersOfAPathDoesNotStart() {
        assertThrows(IllegalStateException.class, () -> HttpServer.builder().start());
        try (Scheduler scheduler = Scheduler.create(1)) {
            HttpServer.Builder twice = HttpServer.builder()
                    .scheduler(scheduler)
                    .route("GET", "/a", exchange -> {})
                    .webSocket("/a", "p", connection -> {
                        throw new IllegalStateException("never opened");
                    });
            assertThrows(IllegalArgumentException.class, twice::start);
        }
    }
}
