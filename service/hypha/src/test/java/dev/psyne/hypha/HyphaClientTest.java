package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.net.HttpServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HyphaClientTest {
    private static final long POLL_NANOS = 1_000_000;

    private final Scheduler scheduler = Scheduler.create(2);
    private HyphaServer hypha;
    private HttpServer http;

    @BeforeEach
    void start() {
        start(0);
    }

    private void start(int port) {
        HttpServer[] running = new HttpServer[1];
        hypha = HyphaServer.builder()
                .scheduler(scheduler)
                .secret(HyphaSecret.of("a secret for tests alone"))
                .publicUrl(() -> running[0].uri())
                .build();
        http = hypha.attach(HttpServer.builder().scheduler(scheduler).port(port))
                .start();
        running[0] = http;
    }

    @AfterEach
    void stop() {
        http.close();
        hypha.close();
        scheduler.close();
    }

    @Test
    void aServiceIsRegisteredFoundCalledAndEnded() {
        try (HyphaClient client = connect("alice")) {
            client.register(text());
            RemoteService text = client.service("text");
            assertEquals("HELLO", text.call("upper", "hello"));
            assertEquals("HELLO", text.call("upper", Map.of("text", "hello")));
            List<@Nullable Object> words = new ArrayList<>();
            try (RemoteStream stream = text.stream("words", Map.of("text", "a b c"))) {
                stream.forEachRemaining(words::add);
            }
            assertEquals(List.of("a", "b", "c"), words);
            assertThrows(HyphaException.class, () -> text.call("none"));
            assertThrows(IllegalStateException.class, () -> client.register(text()));
            client.unregister("text");
            HyphaException gone = assertThrows(HyphaException.class, () -> client.service("text"));
            assertTrue(String.valueOf(gone.getMessage()).contains("Service not found"), gone.getMessage());
        }
    }

    @Test
    void clientsWithATokenShareAWorkspace() {
        try (HyphaClient alice = connect("alice")) {
            alice.register(text());
            Object token = alice.manager("generate_token", List.of(), Map.of());
            HyphaClientOptions asBob =
                    options("bob").workspace(alice.workspace()).token(String.valueOf(token));
            try (HyphaClient bob = HyphaClient.connect(asBob)) {
                assertEquals(alice.workspace(), bob.workspace());
                assertEquals("X", bob.service("text").call("upper", "x"));
                double[] elements = IntStream.range(0, 150_000).asDoubleStream().toArray();
                NumpyArray back =
                        assertInstanceOf(NumpyArray.class, bob.service("text").call("same", NumpyArray.of(elements)));
                assertArrayEquals(elements, back.toDoubles());
                HyphaException live = assertThrows(HyphaException.class, () -> HyphaClient.connect(asBob));
                assertTrue(String.valueOf(live.getMessage()).contains("already exists"), live.getMessage());
            }
        }
    }

    @Test
    void aRefusalSaysWhy() {
        HyphaException refused = assertThrows(
                HyphaException.class, () -> HyphaClient.connect(options("x").workspace("ws-of-somebody")));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("does not exist or is not accessible"),
                refused.getMessage());
        HyphaException forged = assertThrows(
                HyphaException.class, () -> HyphaClient.connect(options("x").token("no.such.token")));
        assertFalse(String.valueOf(forged.getMessage()).isEmpty());
    }

    @Test
    void aLostConnectionIsMadeAgainWithItsServices() {
        try (HyphaClient client = connect("alice")) {
            client.register(text());
            RemoteService before = client.service("text");
            int port = http.port();
            http.close();
            hypha.close();
            await(() -> !client.connected());
            start(port);
            await(() -> found(client));
            assertEquals("HELLO", client.service("text").call("upper", "hello"));
            assertEquals("HELLO", before.call("upper", "hello"));
        }
    }

    private static boolean found(HyphaClient client) {
        try {
            return client.connected() && client.service("text").id().contains("text");
        } catch (HyphaException e) {
            return false;
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static HyphaService text() {
        return HyphaService.builder("text")
                .method("upper", call -> call.string(0, "text").toUpperCase(Locale.ROOT))
                .method("words", call -> Arrays.stream(call.string(0, "text").split(" ")))
                .method("same", call -> call.argument(0, "value"))
                .build();
    }

    private HyphaClient connect(String name) {
        return HyphaClient.connect(options(name));
    }

    private HyphaClientOptions options(String name) {
        return HyphaClientOptions.to(URI.create("http://127.0.0.1:" + http.port()))
                .clientId(name);
    }
}
