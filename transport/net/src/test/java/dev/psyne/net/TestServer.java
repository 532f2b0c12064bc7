package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A started server with its scheduler, its budget and a client; what its handlers throw is kept for the test to look at. */
final class TestServer implements AutoCloseable {
    static final int AWAIT_SECONDS = 20;
    private static final long POLL_NANOS = 200_000;
    static final long BUDGET_BYTES = 64L << 20;

    final ByteBudget budget;
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final HttpServer http;
    private final Scheduler scheduler = Scheduler.create(2);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(AWAIT_SECONDS))
            .build();

    TestServer(UnaryOperator<HttpServer.Builder> options) {
        this(BUDGET_BYTES, options);
    }

    TestServer(long budgetBytes, UnaryOperator<HttpServer.Builder> options) {
        budget = new ByteBudget(budgetBytes);
        http = options.apply(HttpServer.builder()
                        .scheduler(scheduler)
                        .budget(budget)
                        .onFailure(failures::add)
                        .route(
                                "GET",
                                "/hello",
                                exchange -> exchange.respond(200, "text/plain", "hello".getBytes(UTF_8))))
                .start();
    }

    HttpClient client() {
        return client;
    }

    URI uri(String path) {
        return http.uri().resolve(path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(AWAIT_SECONDS));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    RawClient raw() throws IOException {
        return new RawClient(http.port());
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(AWAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("did not happen within " + AWAIT_SECONDS + " s");
        }
    }

    /** Waits for what no event announces, such as a counter that falls after an answer has left. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not become so within " + AWAIT_SECONDS + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        http.close();
        scheduler.close();
    }
}
