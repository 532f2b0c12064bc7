package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BadInputTest {
    private final Scheduler scheduler = Scheduler.create(2);
    private final AtomicLong nanos = new AtomicLong();
    private final HyphaServer server = HyphaServer.builder()
            .scheduler(scheduler)
            .secret(HyphaSecret.of("a secret for tests alone"))
            .publicUrl(() -> URI.create("http://localhost:7717/"))
            .limits(HyphaLimits.builder().idleSeconds(Integer.MAX_VALUE).build())
            .nanoClock(nanos::get)
            .build();

    @AfterEach
    void stop() {
        server.close();
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"workspace", "token", "client_id", "reconnection_token"})
    void whoSaysInTheQueryWhoItIsIsToldOfTheNewWay(String parameter) {
        WireClient old = WireClient.open(server, Map.of(parameter, List.of("x")));
        assertEquals("error", old.info().path("type").asString());
        assertEquals(
                "'" + parameter
                        + "' in the query is imjoy-rpc's way: hypha-rpc 0.20 or later sends it as first message",
                old.info().path("message").asString());
        assertEquals(1008, old.socket.closeCode);
    }

    @Test
    void aFirstMessageOfMoreThan64KiIsNotRead() {
        WireClient client = WireClient.open(server).hello(Map.of("client_id", "x".repeat(65_536)));
        assertEquals(
                "Failed to establish connection: The first message has at most 65536 characters",
                client.info().path("message").asString());
        assertEquals(1008, client.socket.closeCode);
    }

    @Test
    void aLongTextAfterTheFirstEndsTheConnection() {
        WireClient client = WireClient.connect(server, "alice");
        client.listener.onText("{\"type\":\"" + "x".repeat(4_096) + "\"}");
        assertEquals("a text message has at most 4096 characters", client.socket.closeReason);
        assertEquals(1008, client.socket.closeCode);
    }

    @Test
    void textsThatSayNothingAreLeftAlone() {
        WireClient client = WireClient.connect(server, "alice");
        for (String text : List.of("", "{", "[]", "null", "{\"type\":1}", "{\"type\":\"no such\"}")) {
            client.listener.onText(text);
        }
        assertTrue(client.socket.isOpen());
        assertEquals(1, client.socket.texts.size());
    }

    @Test
    void aServiceThatNeverAnswersFailsTheCallThatAskedForIt() {
        WireClient alice = WireClient.connect(server, "alice");
        Map<String, String> token = Map.of("client_id", "bob", "token", String.valueOf(alice.ask("generate_token")));
        WireClient bob = WireClient.open(server).hello(token);
        alice.ask("register_service", Map.of("id", "s"));
        String session = bob.call(bob.manager(), "services.default.get_service", "s", Map.of("timeout", 7));
        WireClient.await(() -> alice.received("method").stream()
                .anyMatch(frame -> "services.built-in.get_service".equals(frame.method())));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(8));
        HyphaException failed = assertThrows(HyphaException.class, () -> bob.answer(session));
        assertEquals(
                "TimeoutError: " + alice.address() + " said nothing of the call for 7.0 s, not even that it still runs",
                failed.getMessage());
        assertTrue(alice.socket.isOpen());
        alice.resolve(
                alice.received("method").stream()
                        .filter(frame -> "services.built-in.get_service".equals(frame.method()))
                        .findFirst()
                        .orElseThrow(),
                Map.of("id", "s"));
        assertEquals(
                "an answer that comes too late is nobody's",
                bob.ask("echo", "an answer that comes too late is nobody's"));
    }

    @Test
    void anAnswerToTheCallOfAnotherIsNotTaken() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient thief = WireClient.connect(server, "thief");
        alice.ask("register_service", Map.of("id", "s"));
        String session = alice.call(alice.manager(), "services.default.get_service", "s");
        WireClient.await(() -> alice.received("method").stream()
                .anyMatch(frame -> "services.built-in.get_service".equals(frame.method())));
        String asked = alice.received("method").stream()
                .filter(frame -> "services.built-in.get_service".equals(frame.method()))
                .findFirst()
                .orElseThrow()
                .session();
        HyphaException refused = assertThrows(
                HyphaException.class,
                () -> thief.answer(thief.call(thief.manager(), asked + ".resolve", Map.of("id", "s"))));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("PermissionError"), refused.getMessage());
        assertFalse(alice.received("method").stream()
                .anyMatch(frame -> String.valueOf(frame.method()).startsWith(session + ".re")));
    }
}
