package dev.psyne.hypha.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCallsTest {
    private final HttpFixture hypha = new HttpFixture()
            .with("ws/c:s", "echo", Map.of(), arguments -> arguments)
            .with("ws/c:s", "words", Map.of(), _ -> HttpFixture.stream("one", "two"))
            .with(
                    "ws/c:s",
                    "breaks",
                    Map.of(),
                    _ -> HttpFixture.stream("one", new HyphaException("ValueError: no two")))
            .with("ws/c:s", "fails", Map.of(), _ -> {
                throw new HyphaException("ValueError: as asked");
            })
            .with("ws/c:s", "silent", Map.of(), _ -> {
                throw new HyphaException("TimeoutError: ws/c said nothing");
            });

    @AfterEach
    void close() {
        hypha.close();
        assertEquals(0, hypha.guests.get());
        assertTrue(hypha.failures.isEmpty(), hypha.failures::toString);
    }

    @Test
    void queriesAreArguments() throws Exception {
        HttpResponse<String> answer = hypha.get("/ws/services/s/echo?n=1&x=1.5&t=true&w=word&l=%5B1,2%5D&_mode=first");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                hypha.parse("{\"n\":1,\"x\":1.5,\"t\":true,\"w\":\"word\",\"l\":[1,2]}"), hypha.parse(answer.body()));
    }

    @Test
    void bodiesAreArguments() throws Exception {
        String body = "{\"deep\":{\"list\":[1,null,\"grüße\",12345678901234567890]}}";
        HttpResponse<String> answer = hypha.post("/ws/services/c:s/echo", body, "Content-Type", "application/json");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(hypha.parse(body), hypha.parse(answer.body()));
    }

    @Test
    void nestedFunctionsHaveDots() throws Exception {
        hypha.services.put(
                "ws/c:nested", Map.of("math", Map.of("one", new HttpFixture.Method("one", Map.of(), _ -> 1L))));
        assertEquals("1", hypha.get("/ws/services/nested/math.one").body());
        assertEquals(404, hypha.get("/ws/services/nested/math").statusCode());
        assertEquals(404, hypha.get("/ws/services/nested/math.two").statusCode());
    }

    @Test
    void theManagerIsAServiceToo() throws Exception {
        assertEquals(
                "[\"ws-anonymous\",{\"a\":1}]",
                hypha.get("/public/services/ws/echo?a=1").body());
        assertEquals(
                "[\"ws-good\",{}]",
                hypha.get("/public/services/~/echo", "Authorization", "Bearer good")
                        .body());
        assertEquals(
                "[\"ws-good\",{}]",
                hypha.get("/public/services/ws/echo", "Cookie", "a=b; access_token=good")
                        .body());
    }

    @ParameterizedTest
    @CsvSource({
        "/ws/services/none/echo, 404, KeyError: Service not found: ws/none",
        "/ws/services/s/none, 404, KeyError: Function not found: none of ws/s",
        "/ws/services/secret/echo, 403, PermissionError: Permission denied for ws/secret",
        "/ws/services/s/fails, 500, ValueError: as asked",
        "/ws/services/s/silent, 504, TimeoutError: ws/c said nothing",
        "/ws/services/s/echo/more, 404, There is nothing at /ws/services/s/echo/more"
    })
    void failuresHaveTheirStatus(String path, int status, String detail) throws Exception {
        HttpResponse<String> answer = hypha.get(path);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(detail, hypha.parse(answer.body()).path("detail").asString());
        assertFalse(hypha.parse(answer.body()).path("success").asBoolean(true));
    }

    @Test
    void aTokenThatIsNoneIsRefused() throws Exception {
        HttpResponse<String> answer = hypha.get("/ws/services/s/echo", "Authorization", "Bearer bad");
        assertEquals(401, answer.statusCode());
        assertTrue(answer.headers().firstValue("www-authenticate").isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":",
                "[1]",
                "{\"a\":{\"_rtype\":\"bytes\",\"_rvalue\":\"?\"}}",
                "{\"a\":{\"_rtype\":\"ndarray\",\"_rvalue\":\"AAAA\",\"_rshape\":[9],\"_rdtype\":\"uint8\"}}",
                "{\"a\":{\"_rtype\":\"ndarray\",\"_rvalue\":\"AAAA\",\"_rshape\":[\"3\"],\"_rdtype\":\"uint8\"}}"
            })
    void bodiesThatAreNoneAreRefused(String body) throws Exception {
        HttpResponse<String> answer = hypha.post("/ws/services/s/echo", body);
        assertEquals(400, answer.statusCode(), answer.body());
    }

    @Test
    void bodiesNestedTooDeepAreRefused() throws Exception {
        String deep = "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}";
        assertEquals(400, hypha.post("/ws/services/s/echo", deep).statusCode());
        String fits = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
        assertEquals(200, hypha.post("/ws/services/s/echo", fits).statusCode());
    }

    @Test
    void arraysAndBytesAreBase64InJson() throws Exception {
        String body = "{\"b\":{\"_rtype\":\"bytes\",\"_rvalue\":\"AQID\"},\"a\":{\"_rtype\":\"ndarray\",\"_rvalue\":"
                + "\"AQIDBAUG\",\"_rshape\":[2,3],\"_rdtype\":\"uint8\"}}";
        HttpResponse<String> answer = hypha.post("/ws/services/s/echo", body);
        assertEquals(hypha.parse(body), hypha.parse(answer.body()));
    }

    @Test
    void messagePackIsAnsweredWithMessagePack() throws Exception {
        byte[] body = new MessagePackWriter(1 << 16, 8)
                .value(Map.of(
                        "a",
                        Map.of(
                                "_rtype",
                                "ndarray",
                                "_rvalue",
                                new byte[] {1, 2},
                                "_rshape",
                                List.of(2L),
                                "_rdtype",
                                "uint8")))
                .toFrame();
        HttpResponse<byte[]> answer = hypha.send(
                hypha.request("/ws/services/s/echo")
                        .header("Content-Type", "application/msgpack")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(
                "application/msgpack",
                answer.headers().firstValue("content-type").orElseThrow());
        Map<?, ?> map = read(answer.body());
        Map<?, ?> array = assertInstanceOf(Map.class, map.get("a"));
        assertEquals("uint8", array.get("_rdtype"));
        assertArrayEquals(
                new byte[] {1, 2},
                assertInstanceOf(MemorySegment.class, array.get("_rvalue")).toArray(ValueLayout.JAVA_BYTE));
    }

    private static Map<?, ?> read(byte[] bytes) {
        MessagePackLimits limits = MessagePackLimits.lenient(8, 100, 100);
        return new MessagePackReader(MemorySegment.ofArray(bytes), limits).readMap();
    }

    @ParameterizedTest
    @CsvSource({"c1", "c4", "90", "8080", "81a161", "81a16182a65f7274797065a66d6574686f64a85f72746172676574a178"})
    void brokenMessagePackIsRefused(String hex) throws Exception {
        HttpResponse<String> answer = hypha.send(
                hypha.request("/ws/services/s/echo")
                        .header("Content-Type", "application/msgpack")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                java.util.HexFormat.of().parseHex(hex))),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(400, answer.statusCode(), answer.body());
    }

    @Test
    void aGeneratorIsAnArrayOrEvents() throws Exception {
        assertEquals("[\"one\",\"two\"]", hypha.get("/ws/services/s/words").body());
        assertEquals(500, hypha.get("/ws/services/s/breaks").statusCode());
        HttpResponse<String> events = hypha.get("/ws/services/s/words", "Accept", "text/event-stream");
        assertTrue(events.headers().firstValue("content-type").orElse("").startsWith("text/event-stream"));
        assertEquals("data: \"one\"\n\ndata: \"two\"\n\n", events.body());
        assertEquals(
                "data: \"one\"\n\ndata: {\"_rtype\":\"error\",\"_rvalue\":\"ValueError: no two\"}\n\n",
                hypha.get("/ws/services/s/breaks", "Accept", "text/event-stream")
                        .body());
    }

    @Test
    void whoLeavesCancelsTheCall() throws Exception {
        CompletableFuture<@Nullable Object> never = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        // Dependents learn of a cancellation only from the future that is waited for.
        hypha.services.put("ws/c:slow", Map.of("wait", new WaitingMethod(never, called, cancelled)));
        CompletableFuture<HttpResponse<String>> request = hypha.client()
                .sendAsync(hypha.request("/ws/services/slow/wait").build(), HttpResponse.BodyHandlers.ofString());
        assertTrue(called.await(20, TimeUnit.SECONDS));
        request.cancel(true);
        assertTrue(cancelled.await(20, TimeUnit.SECONDS));
    }

    private record WaitingMethod(
            CompletableFuture<@Nullable Object> never, CountDownLatch called, CountDownLatch cancelled)
            implements dev.psyne.hypha.RemoteMethod {
        @Override
        public String name() {
            return "wait";
        }

        @Override
        public String target() {
            return "ws/c";
        }

        @Override
        public Map<String, @Nullable Object> description() {
            return Map.of();
        }

        @Override
        public CompletableFuture<@Nullable Object> call(List<?> arguments, Map<String, ?> keywords) {
            never.whenComplete((_, failure) -> cancelled.countDown());
            called.countDown();
            return never;
        }
    }

    @Test
    void soManyCallsAndNoMore() throws Exception {
        CompletableFuture<@Nullable Object> open = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        try (HttpFixture one = new HttpFixture(1)) {
            one.services.put("ws/c:slow", Map.of("wait", new WaitingMethod(open, called, new CountDownLatch(1))));
            CompletableFuture<HttpResponse<String>> first = one.client()
                    .sendAsync(one.request("/ws/services/slow/wait").build(), HttpResponse.BodyHandlers.ofString());
            assertTrue(called.await(20, TimeUnit.SECONDS));
            HttpResponse<String> second = one.get("/ws/services");
            assertEquals(429, second.statusCode());
            assertEquals("1", second.headers().firstValue("retry-after").orElseThrow());
            open.complete(NumpyArray.of("hi".getBytes(UTF_8)));
            assertEquals(200, first.get(20, TimeUnit.SECONDS).statusCode());
        }
    }
}
