package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitsTest {
    private static final int MAX_BODY = 100_000;

    private static UnaryOperator<HttpServer.Builder> limits(UnaryOperator<HttpLimits> change) {
        return with -> with.limits(change.apply(HttpLimits.standard().withMaxBodyBytes(MAX_BODY)))
                .route(
                        "POST",
                        "/size",
                        exchange -> exchange.respond(
                                200,
                                "text/plain",
                                Long.toString(exchange.body().byteSize()).getBytes(UTF_8)));
    }

    @Test
    void aBodyOverTheLimitIsRefusedFromItsHeader() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient client = server.raw()) {
            client.request("POST", "/size", "Content-Length: " + (MAX_BODY + 1));
            RawClient.Answer answer = client.answer();
            assertEquals(413, answer.status());
            assertEquals("close", answer.headers().get("connection"));
            assertTrue(answer.body().contains("body_too_large"), answer.body());
            assertTrue(client.readsEnd());
        }
    }

    @Test
    void aClientThatSendsTheWholeBodyAllTheSameSeesTheAnswer() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same))) {
            HttpResponse<String> answer = server.post("/size", new byte[30 << 20]);
            assertEquals(413, answer.statusCode());
            assertEquals("100000", server.post("/size", new byte[MAX_BODY]).body());
        }
    }

    @Test
    void aChunkedBodyIsCountedAsItComes() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient client = server.raw();
                RawClient exact = server.raw()) {
            String chunk = "2710\r\n" + "x".repeat(10_000) + "\r\n";
            exact.request("POST", "/size", "Transfer-Encoding: chunked").send(chunk.repeat(10) + "0\r\n\r\n");
            assertEquals("100000", exact.answer().body());
            client.request("POST", "/size", "Transfer-Encoding: chunked").send(chunk.repeat(10) + "1\r\nx\r\n");
            assertEquals(413, client.answer().status());
            assertTrue(client.readsEnd());
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOnOrNot() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient welcome = server.raw();
                RawClient refused = server.raw();
                RawClient strange = server.raw()) {
            welcome.request("POST", "/size", "Content-Length: 3", "Expect: 100-continue");
            assertEquals(100, welcome.answer().status());
            assertEquals("3", welcome.send("abc").answer().body());
            refused.request("POST", "/size", "Content-Length: 1000000", "Expect: 100-continue");
            assertEquals(413, refused.answer().status());
            strange.request("POST", "/size", "Content-Length: 3", "Expect: a-miracle");
            assertEquals(417, strange.answer().status());
        }
    }

    @Test
    void longHeadersAndLinesAreRefused() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same.withMaxHeaderBytes(1_000)));
                RawClient header = server.raw();
                RawClient line = server.raw()) {
            header.get("/hello", "X-Long: " + "x".repeat(2_000));
            assertEquals(431, header.answer().status());
            assertTrue(header.readsEnd());
            line.get("/" + "x".repeat(10_000));
            assertEquals(414, line.answer().status());
            assertTrue(line.readsEnd());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | GARBAGE
            400 | GET /hello HTTP/1.1
            400 | GET /hello HTTP/1.1;Host: localhost;Host: localhost
            400 | GET hello HTTP/1.1;Host: localhost
            400 | GET /%zz HTTP/1.1;Host: localhost
            400 | GET /a/../hello HTTP/1.1;Host: localhost
            400 | GET /a/%2e%2e/hello HTTP/1.1;Host: localhost
            400 | GET /a%2Fb HTTP/1.1;Host: localhost
            400 | GET /hello HTTP/1.1;Host: localhost;Bad Name: x
            400 | POST /size HTTP/1.1;Host: localhost;Content-Length: -1
            400 | POST /size HTTP/1.1;Host: localhost;Content-Length: 1;Content-Length: 2
            400 | POST /size HTTP/1.1;Host: localhost;Content-Length: 3;Transfer-Encoding: chunked
            501 | POST /size HTTP/1.1;Host: localhost;Transfer-Encoding: gzip, chunked
            505 | PRI * HTTP/2.0;Host: localhost
            421 | GET http://evil.example/hello HTTP/1.1;Host: localhost
            200 | GET http://localhost/hello HTTP/1.1;Host: localhost
            404 | OPTIONS /* HTTP/1.1;Host: localhost
            """)
    void everyFormOfRequestHasItsAnswer(int status, String request) throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient client = server.raw()) {
            client.header(request.split(";"));
            assertEquals(status, client.answer().status(), request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "fffffffff\r\n", "-1\r\n", "3\r\nabcdef\r\n0\r\n\r\n"})
    void brokenChunksEndTheConnection(String chunks) throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient client = server.raw()) {
            client.request("POST", "/size", "Transfer-Encoding: chunked").send(chunks);
            int status = client.answer().status();
            assertTrue(status == 400 || status == 413, chunks + " -> " + status);
            assertTrue(client.readsEnd());
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aClientThatIsTooSlowIsToldAndCutOff() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same.withSeconds(1, 1, 1)));
                RawClient idle = server.raw();
                RawClient header = server.raw();
                RawClient body = server.raw()) {
            header.send("GET /hello HT");
            body.request("POST", "/size", "Content-Length: 50000").send("abc");
            assertEquals(408, header.answer().status());
            assertEquals(408, body.answer().status());
            assertTrue(header.readsEnd());
            assertTrue(body.readsEnd());
            assertTrue(idle.readsEnd());
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aConnectionBeyondTheBoundIsTurnedAway() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same.withMaxConnections(1)));
                RawClient first = server.raw()) {
            assertEquals("hello", first.get("/hello").answer().body());
            try (RawClient second = server.raw()) {
                RawClient.Answer answer = second.answer();
                assertEquals(503, answer.status());
                assertEquals("1", answer.headers().get("retry-after"));
                assertTrue(second.readsEnd());
            }
            assertEquals("hello", first.get("/hello").answer().body());
            assertEquals(1, server.http.statistics().rejected());
        }
    }

    @Test
    void anUnfinishedRequestGivesItsMemoryBack() throws Exception {
        try (TestServer server = new TestServer(limits(same -> same));
                RawClient client = server.raw()) {
            client.request("POST", "/size", "Content-Length: 90000").send("abc");
            TestServer.await(() -> server.budget.used() == 90_000);
            client.close();
            TestServer.await(() -> server.budget.used() == 0);
        }
    }
}
