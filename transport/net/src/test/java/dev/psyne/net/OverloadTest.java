package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OverloadTest {
    private static final int BODY_BYTES = 50_000;

    private static HttpServer.Builder waiting(
            HttpServer.Builder with, int concurrent, int queued, CountDownLatch go, AtomicInteger running) {
        return with.limits(HttpLimits.standard().withRequests(concurrent, queued))
                .publicPath("/health")
                .route("GET", "/health", exchange -> exchange.respond(200, "text/plain", new byte[0]))
                .route("POST", "/wait", exchange -> {
                    running.incrementAndGet();
                    go.await();
                    exchange.respond(200, "text/plain", new byte[0]);
                });
    }

    @Test
    void ofTwoHundredRequestsAtOnceSomeAreAnsweredAndSomeToldToComeAgain() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        try (TestServer server = new TestServer(with -> waiting(with, 8, 16, go, running))) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                HttpRequest request = server.request("/wait")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[BODY_BYTES]))
                        .build();
                answers.add(server.client().sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            TestServer.await(() -> server.http.statistics().rejected() == 176);
            assertEquals(200, server.get("/health").statusCode());
            assertEquals(8, running.get());
            assertEquals(16, server.http.statistics().queuedRequests());
            assertEquals(24L * BODY_BYTES, server.budget.used());
            go.countDown();
            int[] counts = new int[2];
            for (CompletableFuture<HttpResponse<String>> future : answers) {
                HttpResponse<String> answer = future.join();
                boolean served = answer.statusCode() == 200;
                counts[served ? 0 : 1]++;
                if (!served) {
                    assertEquals(429, answer.statusCode());
                    assertEquals("1", answer.headers().firstValue("retry-after").orElseThrow());
                }
            }
            assertEquals(24, counts[0]);
            assertEquals(176, counts[1]);
            TestServer.await(() -> server.budget.used() == 0);
            assertEquals(0, server.http.statistics().runningRequests());
        }
    }

    @Test
    void bodiesBeyondTheBudgetAreToldToComeAgain() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        try (TestServer server = new TestServer(BODY_BYTES + 10_000, with -> waiting(with, 8, 16, go, running));
                RawClient first = server.raw();
                RawClient second = server.raw();
                RawClient chunked = server.raw()) {
            first.request("POST", "/wait", "Content-Length: " + BODY_BYTES).send(new byte[BODY_BYTES]);
            TestServer.await(() -> running.get() == 1);
            second.request("POST", "/wait", "Content-Length: " + BODY_BYTES);
            RawClient.Answer refused = second.answer();
            assertEquals(429, refused.status());
            assertEquals("1", refused.headers().get("retry-after"));
            assertTrue(refused.body().contains("memory_budget_exhausted"), refused.body());
            chunked.request("POST", "/wait", "Transfer-Encoding: chunked");
            chunked.send("2710\r\n" + "x".repeat(10_000) + "\r\n1\r\nx\r\n");
            assertEquals(429, chunked.answer().status());
            go.countDown();
            assertEquals(200, first.answer().status());
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aRequestWhoseClientLeavesTheQueueNeverRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        try (TestServer server = new TestServer(with -> waiting(with, 1, 1, go, running));
                RawClient first = server.raw();
                RawClient leaving = server.raw()) {
            first.request("POST", "/wait", "Content-Length: 1").send("x");
            TestServer.await(() -> running.get() == 1);
            leaving.request("POST", "/wait", "Content-Length: 60000").send(new byte[60_000]);
            TestServer.await(() -> server.http.statistics().queuedRequests() == 1);
            leaving.close();
            TestServer.await(() -> server.http.statistics().queuedRequests() == 0);
            TestServer.await(() -> server.budget.used() == 1);
            go.countDown();
            assertEquals(200, first.answer().status());
            assertEquals(1, running.get());
        }
    }
}
