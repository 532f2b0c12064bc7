package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.internal.wire.Frame;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with one small limit at a time: who goes beyond it is told so, and others are not. */
@Timeout(60)
class SmallLimitsTest {
    private static final String OWNER = "the token of the owner";
    private static final String CLERK = "public/login-client";
    private static final String CACHE = "services.built-in.message_cache.";

    private final Scheduler scheduler = Scheduler.create(2);
    private final AtomicLong nanos = new AtomicLong();
    private final List<HyphaServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(HyphaServer::close);
        scheduler.close();
    }

    @Test
    void clients() {
        HyphaServer server = server(limits -> limits.clients(1));
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = WireClient.connect(server, "bob");
        assertTrue(bob.info().path("message").asString().contains("There are 1 clients, which is the limit"));
        assertEquals(1008, bob.socket.closeCode);
        alice.leave();
        assertEquals(
                "connection_info",
                WireClient.connect(server, "bob").info().path("type").asString());
    }

    @Test
    void handshakeSeconds() {
        HyphaServer server = server(limits -> limits.handshakeSeconds(1).idleSeconds(Integer.MAX_VALUE));
        WireClient silent = WireClient.open(server);
        WireClient alice = WireClient.connect(server, "alice");
        assertEquals("No first message came within 1 s", endOf(silent));
        assertTrue(alice.socket.isOpen());
    }

    @Test
    void idleSeconds() {
        HyphaServer server = server(limits -> limits.idleSeconds(2));
        assertEquals("nothing was heard from the client for 2 s", endOf(WireClient.connect(server, "alice")));
    }

    @Test
    void stallSeconds() {
        HyphaServer server = server(limits -> limits.idleSeconds(Integer.MAX_VALUE)
                .stallSeconds(3)
                .pauseBytes(1_000)
                .outboxBytes(1 << 20));
        WireClient alice = WireClient.connect(server, "alice");
        alice.socket.reading = new CountDownLatch(1);
        alice.socket.queued = 1 << 20;
        assertEquals("too slow a reader: 1048576 bytes wait for it, and it read none for 3 s", endOf(alice));
    }

    @Test
    void clientFrameBytes() {
        HyphaServer server = server(limits -> limits.clientFrameBytes(8_192));
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(server, alice, "bob");
        assertTrue(failure(() -> alice.answer(alice.call(bob.address(), "services.s.m", new byte[9_000])))
                .contains("longer than the 8192"));
        alice.call(alice.manager(), "services.default.echo", new byte[20_000]);
        WireClient.await(() -> !alice.received("method").isEmpty()
                && (CACHE + "create").equals(alice.received("method").getLast().method()));
        alice.resolve(alice.received("method").getLast(), null);
        WireClient.await(() -> pieces(alice) == 5);
        assertTrue(alice.socket.frames.stream().allMatch(frame -> frame.length <= 8_192));
    }

    @Test
    void servicesPerClientAndTheirBytes() {
        HyphaServer server = server(limits -> limits.servicesPerClient(1).serviceBytes(2_000));
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(server, alice, "bob");
        assertTrue(failure(() -> alice.ask("register_service", Map.of("id", "s", "description", "x".repeat(2_000))))
                .contains("2000 bytes"));
        alice.ask("register_service", Map.of("id", "s"));
        assertEquals(
                "ValueError: a client registers at most 1 services",
                failure(() -> alice.ask("register_service", Map.of("id", "t"))));
        bob.ask("register_service", Map.of("id", "s"));
        alice.ask("register_service", Map.of("id", "s"), Map.of("overwrite", true));
    }

    @Test
    void subscriptionsPerClient() {
        HyphaServer server = server(limits -> limits.subscriptionsPerClient(2));
        WireClient alice = WireClient.connect(server, "alice");
        alice.ask("subscribe", List.of("a", "b"));
        assertTrue(failure(() -> alice.ask("subscribe", "c")).contains("listens to at most 2 types of events"));
        WireClient.connect(server, "bob").ask("subscribe", List.of("a", "b"));
        alice.ask("unsubscribe", "a");
        alice.ask("subscribe", "c");
    }

    @Test
    void callsPerClientAndOfAll() {
        HyphaServer server = server(limits -> limits.callsPerClient(1).allCalls(2));
        WireClient alice = WireClient.connect(server, "alice");
        String running = endless(alice);
        assertTrue(failure(() -> alice.answer(endless(alice)))
                .contains("1 calls of " + alice.address() + " run at " + CLERK));
        endless(WireClient.connect(server, "bob"));
        WireClient carol = WireClient.connect(server, "carol");
        assertTrue(failure(() -> carol.answer(endless(carol))).contains("2 calls run at " + CLERK));
        assertEquals("another endpoint counts by itself", alice.ask("echo", "another endpoint counts by itself"));
        assertTrue(
                alice.received("method").stream().noneMatch(answer -> (running + ".reject").equals(answer.method())));
    }

    @Test
    void messagesInPieces() {
        HyphaServer server = server(limits -> limits.clientFrameBytes(8_192)
                .messagesPerClient(1)
                .messageBytes(10_000)
                .allMessageBytes(20_000));
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = WireClient.connect(server, "bob");
        cache(alice, "create", "k", false);
        assertTrue(failure(() -> cache(alice, "create", "l", false)).contains("1 messages of this client"));
        assertTrue(failure(() -> cache(alice, "append", "k", new byte[10_001])).contains("at most 10000 bytes"));
        cache(alice, "append", "k", new byte[10_000]);
        cache(bob, "create", "k", false);
        cache(bob, "append", "k", new byte[5_000]);
        assertTrue(
                failure(() -> cache(bob, "append", "k", new byte[5_000])).contains("unfinished messages have 20000"));
        alice.leave();
        cache(bob, "append", "k", new byte[5_000]);
    }

    @Test
    void workspacesPerUser() {
        HyphaServer server = server(limits -> limits.workspacesPerUser(1));
        WireClient alice = WireClient.open(server).hello(Map.of("client_id", "alice", "token", OWNER));
        alice.ask("create_workspace", Map.of("id", "one"));
        assertTrue(failure(() -> alice.ask("create_workspace", Map.of("id", "two")))
                .contains("a user makes at most 1 workspaces"));
        alice.ask("delete_workspace", "one");
        alice.ask("create_workspace", Map.of("id", "two"));
    }

    private HyphaServer server(UnaryOperator<HyphaLimits.Builder> change) {
        HyphaServer server = HyphaServer.builder()
                .scheduler(scheduler)
                .secret(HyphaSecret.of("a secret for tests alone"))
                .publicUrl(() -> URI.create("http://localhost:7717/"))
                .limits(change.apply(HyphaLimits.builder()).build())
                .ownerToken(OWNER)
                .nanoClock(nanos::get)
                .build();
        servers.add(server);
        return server;
    }

    private static WireClient with(HyphaServer server, WireClient admin, String id) {
        return WireClient.open(server)
                .hello(Map.of("client_id", id, "token", String.valueOf(admin.ask("generate_token"))));
    }

    /** Why a connection ends as time goes by. */
    private String endOf(WireClient client) {
        WireClient.await(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            return !client.socket.isOpen();
        });
        assertEquals(1008, client.socket.closeCode);
        return String.valueOf(client.socket.closeReason);
    }

    /** A call that waits until somebody has logged in. */
    private static String endless(WireClient client) {
        Map<?, ?> login = (Map<?, ?>) client.answer(client.call(CLERK, "services.hypha-login.start"));
        String key = String.valueOf(login == null ? null : login.get("key"));
        return client.call(CLERK, "services.hypha-login.check", key, 600);
    }

    private static void cache(WireClient client, String method, Object... arguments) {
        client.answer(client.call(client.manager(), CACHE + method, arguments));
    }

    private static long pieces(WireClient client) {
        return client.received("method").stream()
                .map(Frame::method)
                .filter((CACHE + "set")::equals)
                .count();
    }

    private static String failure(Runnable call) {
        return String.valueOf(assertThrows(HyphaException.class, call::run).getMessage());
    }
}
