package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.internal.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HyphaServerTest {
    private final Scheduler scheduler = Scheduler.create(2);
    private final HyphaServer server = server(HyphaLimits.standard());

    @AfterEach
    void stop() {
        server.close();
        scheduler.close();
    }

    @Test
    void theFirstAnswerSaysWhereTheClientIs() {
        WireClient alice = WireClient.connect(server, "alice");
        assertEquals("connection_info", alice.info().path("type").asString());
        assertEquals(
                "http://localhost:7717", alice.info().path("public_base_url").asString());
        assertTrue(alice.workspace().startsWith("ws-user-anonymouz-"));
        assertEquals(1, alice.socket.texts.size());
        alice.listener.onText("{\"type\":\"ping\"}");
        assertEquals("{\"type\": \"pong\"}", alice.socket.texts.get(1));
        alice.listener.onText("{\"type\":\"refresh_token\"}");
        assertTrue(alice.socket.texts.get(2).contains("\"reconnection_token\""));
    }

    @Test
    void whoDoesNotSayWhoItIsIsTurnedAwayWithAReason() {
        WireClient binary = WireClient.open(server);
        binary.listener.onBinary(MemorySegment.ofArray(new byte[1]));
        assertRefused(binary, "The first message is text");
        WireClient broken = WireClient.open(server);
        broken.listener.onText("{");
        assertRefused(broken, "JSON");
        WireClient nameless = WireClient.open(server).hello(Map.of());
        assertRefused(nameless, "client_id");
        WireClient elsewhere = WireClient.open(server).hello(Map.of("client_id", "a", "workspace", "test"));
        assertRefused(elsewhere, "does not exist or is not accessible");
        WireClient forged = WireClient.open(server).hello(Map.of("client_id", "a", "token", "x.y.z"));
        assertRefused(forged, "Invalid token");
        assertEquals(0, server.statistics().clients());
    }

    @Test
    void aCallReachesTheOtherClientWithTheRoutersWordOfItsSender() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        alice.call("bob", "services.s.m", 1);
        Frame frame = bob.received("method").getFirst();
        assertEquals(alice.address(), frame.from());
        assertEquals(bob.address(), frame.to());
        assertEquals(alice.workspace(), frame.main().get("ws"));
        assertEquals(List.of(1L), WireClient.extra(frame).get("args"));
    }

    @Test
    void aCallOfNobodyIsRejectedAtOnce() {
        WireClient alice = WireClient.connect(server, "alice");
        String message = failure(() -> alice.answer(alice.call("nobody", "services.s.m")));
        assertEquals("Target peer " + alice.workspace() + "/nobody is not connected", message);
        assertEquals(1, server.statistics().refusals());
    }

    @Test
    void aFrameThatTheReceiverCannotReadIsRejected() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        String message = failure(() -> alice.answer(alice.call("bob", "services.s.m", new byte[500_000])));
        assertTrue(message.contains("longer than the 500000"), message);
        assertEquals(0, bob.socket.sent());
    }

    @Test
    void aBrokenFrameEndsTheConnectionWithAReason() {
        for (String bad :
                List.of("c0", "81a2746fdbffffffff", "82a2746fa163a178" + "91".repeat(64) + "c0", "8101a163")) {
            WireClient alice = WireClient.connect(server, "alice");
            alice.listener.onBinary(MemorySegment.ofArray(HexFormat.of().parseHex(bad)));
            assertEquals(1002, alice.socket.closeCode, bad);
            assertFalse(String.valueOf(alice.socket.closeReason).isEmpty());
            alice.leave();
        }
    }

    @Test
    void anyManagerAddressIsTheManager() {
        WireClient alice = WireClient.connect(server, "alice");
        assertEquals("hi", alice.ask("echo", "hi"));
        assertEquals("hi", alice.answer(alice.call("*/of-an-earlier-run", "services.default.echo", "hi")));
    }

    @Test
    void aServiceIsRegisteredListedFoundAndGoneWithItsClient() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        alice.ask("register_service", service(alice.address() + ":s", Map.of()));
        List<?> listed = (List<?>) bob.ask("list_services");
        assertEquals(1, listed == null ? 0 : listed.size());
        String session = bob.call(bob.manager(), "services.default.get_service", "s");
        WireClient.await(() -> !alice.received("method").stream()
                .filter(frame -> "services.built-in.get_service".equals(frame.method()))
                .toList()
                .isEmpty());
        bob.ask("subscribe", "client_disconnected");
        alice.leave();
        assertTrue(failure(() -> bob.answer(session)).contains("disconnected"));
        assertEquals(1, bob.received("client_disconnected").size());
        assertTrue(failure(() -> bob.ask("get_service", "s")).contains("Service not found"));
    }

    @Test
    void aServiceOfAnotherClientOrWorkspaceCannotBeRegisteredOrRemoved() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob", "read_write");
        WireClient other = WireClient.connect(server, "other");
        alice.ask("register_service", service("s", Map.of()));
        Map<String, Object> theft = service(alice.address() + ":s", Map.of());
        assertTrue(failure(() -> bob.ask("register_service", theft)).contains("another client"));
        assertTrue(failure(() -> other.ask("register_service", theft)).startsWith("PermissionError"));
        assertTrue(failure(() -> bob.ask("unregister_service", "alice:s")).startsWith("PermissionError"));
        assertTrue(
                failure(() -> other.ask("get_service", alice.address() + ":s")).contains("Permission denied"));
        WireClient reader = with(alice, "reader", "read");
        assertTrue(failure(() -> reader.ask("register_service", service("r", Map.of())))
                .contains("Permission denied"));
    }

    @Test
    void workspacesAreAuthorizedForProtectedServicesAlone() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient other = WireClient.connect(server, "other");
        List<String> workspaces = List.of(other.workspace());
        for (Object bad : List.of("no list", List.of(1))) {
            assertTrue(failure(() -> alice.ask("register_service", service("s", Map.of("authorized_workspaces", bad))))
                    .startsWith("ValueError"));
        }
        assertTrue(failure(() -> alice.ask(
                        "register_service",
                        service("s", Map.of("visibility", "public", "authorized_workspaces", workspaces))))
                .contains("authorized_workspaces can only be set when visibility is 'protected'"));
        alice.ask("register_service", service("s", Map.of("authorized_workspaces", workspaces)));
        Map<?, ?> info = (Map<?, ?>) other.ask("get_service_info", alice.address() + ":s");
        assertTrue(info != null
                && info.get("config") instanceof Map<?, ?> shown
                && !shown.containsKey("authorized_workspaces"));
    }

    @Test
    void oneOfSeveralServicesIsChosenAsAsked() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        alice.ask("register_service", service("s", Map.of()));
        bob.ask("register_service", service("s", Map.of()));
        assertTrue(failure(() -> bob.ask("get_service_info", "s")).contains("Multiple services found"));
        assertEquals(alice.address() + ":s", id(bob.ask("get_service_info", "s", Map.of("mode", "first"))));
        assertEquals(bob.address() + ":s", id(bob.ask("get_service_info", "s", Map.of("mode", "last"))));
        for (int i = 0; i < 50; i++) {
            bob.ask("echo", i);
        }
        assertEquals(alice.address() + ":s", id(bob.ask("get_service_info", "s", Map.of("mode", "min_load"))));
        assertTrue(
                id(bob.ask("get_service_info", "s", Map.of("mode", "random"))).endsWith(":s"));
        assertTrue(failure(() -> bob.ask("get_service_info", "s", Map.of("mode", "best")))
                .startsWith("ValueError"));
    }

    @Test
    void tokensAreIssuedByAdminsAndNoFurtherThanTheirOwn() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient reader = with(alice, "reader", "read");
        assertTrue(failure(() -> reader.ask("generate_token")).startsWith("PermissionError"));
        assertTrue(failure(() -> alice.ask("generate_token", Map.of("workspace", "other")))
                .startsWith("PermissionError"));
        assertTrue(failure(() -> alice.ask("generate_token", Map.of("expires_in", 0)))
                .startsWith("ValueError"));
        String token = (String) alice.ask("generate_token", Map.of("client_id", "only"));
        assertRefused(
                WireClient.open(server).hello(Map.of("client_id", "x", "token", String.valueOf(token))),
                "restricted to the client 'only'");
        assertEquals(true, alice.ask("revoke_token", token));
        assertRefused(
                WireClient.open(server).hello(Map.of("client_id", "only", "token", String.valueOf(token))), "revoked");
    }

    @Test
    void aClientThatComesBackTakesItsPlaceAndItsTokenIsUsedUp() {
        WireClient first = WireClient.connect(server, "alice");
        WireClient bob = with(first, "bob");
        first.ask("register_service", service("s", Map.of()));
        String token = first.info().path("reconnection_token").asString();
        WireClient second = WireClient.open(server).hello(Map.of("client_id", "alice", "reconnection_token", token));
        assertEquals(first.address(), second.address());
        assertFalse(first.socket.isOpen());
        first.listener.onClose();
        assertEquals(second.address() + ":s", id(bob.ask("get_service_info", "s")));
        // Until the new connection has said something its answer may have been lost: the token is needed again then.
        second.ask("echo", 1);
        assertRefused(
                WireClient.open(server).hello(Map.of("client_id", "alice", "reconnection_token", token)),
                "used before");
        assertTrue(second.socket.isOpen());
        assertRefused(
                WireClient.open(server).hello(Map.of("client_id", "bob", "reconnection_token", token)), "used before");
    }

    @Test
    void theNameOfAPartOfTheProcessIsTakenOnce() {
        try (LocalClient local = server.join("lab", "worker", User.root())) {
            assertEquals("lab/worker", local.address());
            assertThrows(IllegalStateException.class, () -> server.join("lab", "worker", User.root()));
        }
        server.join("lab", "worker", User.root()).close();
    }

    @Test
    void aClientOfALivingNameIsTurnedAwayAndOneOfADeadNameIsNot() throws InterruptedException {
        AtomicLong nanos = new AtomicLong();
        try (HyphaServer own =
                builder(HyphaLimits.standard()).nanoClock(nanos::get).build()) {
            WireClient alice = WireClient.connect(own, "alice");
            Map<String, String> same =
                    Map.of("client_id", "alice", "token", String.valueOf(alice.ask("generate_token")));
            WireClient second = WireClient.open(own);
            Thread coming = Thread.ofPlatform().start(() -> second.hello(same));
            alice.resolve(ping(alice, 1), "pong");
            coming.join();
            assertRefused(second, "already exists");
            WireClient third = WireClient.open(own);
            coming = Thread.ofPlatform().start(() -> third.hello(same));
            assertEquals("services.built-in.ping", ping(alice, 2).method());
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
            coming.join();
            assertEquals("connection_info", third.info().path("type").asString());
            assertFalse(alice.socket.isOpen());
        }
    }

    @Test
    void eventsReachThoseWhoListenInTheSameWorkspace() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        WireClient other = WireClient.connect(server, "other");
        bob.ask("subscribe", List.of("news"));
        other.ask("subscribe", List.of("news"));
        alice.send(Map.of("type", "news", "to", "*", "data", 1), Map.of());
        assertEquals(1, bob.received("news").size());
        alice.send(Map.of("type", "news", "to", other.workspace() + "/*", "data", 1), Map.of());
        alice.send(Map.of("type", "force-exit", "to", other.address()), Map.of());
        assertEquals(0, other.received("news").size());
        assertEquals(0, other.received("force-exit").size());
        bob.ask("unsubscribe", "news");
        alice.send(Map.of("type", "news", "to", "*"), Map.of());
        assertEquals(1, bob.received("news").size());
        assertTrue(failure(() -> bob.ask("subscribe", List.of(1))).startsWith("TypeError"));
    }

    @Test
    void aLoginHandsOverATokenOfThisServerAlone() {
        WireClient alice = WireClient.connect(server, "alice");
        String clerk = "public/login-client";
        Map<?, ?> urls = (Map<?, ?>) alice.answer(alice.call(clerk, "services.hypha-login.start"));
        String key = String.valueOf(urls == null ? null : urls.get("key"));
        assertNull(alice.answer(alice.call(clerk, "services.hypha-login.check", key, 0)));
        assertTrue(failure(() -> alice.answer(alice.call(clerk, "services.hypha-login.report", key, "x.y.z")))
                .startsWith("PermissionError"));
        String token = String.valueOf(alice.ask("generate_token"));
        String check = alice.call(clerk, "services.hypha-login.check", key, 30);
        alice.answer(alice.call(clerk, "services.hypha-login.report", key, token));
        assertEquals(token, alice.answer(check));
        assertTrue(failure(() -> alice.answer(alice.call(clerk, "services.hypha-login.check", "no key")))
                .startsWith("KeyError"));
    }

    @Test
    void aThousandSlowReadersAreClosedAndTheOthersNotHeldUp() {
        HyphaLimits tight = HyphaLimits.builder()
                .pauseBytes(20_000)
                .outboxBytes(60_000)
                .allOutboxBytes(2_000_000)
                .build();
        try (HyphaServer small = server(tight)) {
            LocalClient source = small.join("lab", "source", User.root());
            String token = String.valueOf(source.manager("generate_token", List.of(), Map.of("config", Map.of()))
                    .join());
            List<WireClient> slow = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                WireClient reader = WireClient.open(small).hello(Map.of("client_id", "slow" + i, "token", token));
                reader.ask("subscribe", "news");
                reader.socket.reading = new CountDownLatch(1);
                reader.socket.queued = 1 << 20;
                slow.add(reader);
            }
            WireClient quick = WireClient.open(small).hello(Map.of("client_id", "quick", "token", token));
            quick.ask("subscribe", "news");
            int before = quick.socket.sent();
            for (int i = 0; i < 100; i++) {
                quick.send(Map.of("type", "news", "to", "*", "data", new byte[1_000]), Map.of());
                assertTrue(small.statistics().waitingBytes() <= tight.allOutboxBytes());
            }
            assertEquals(before + 100, quick.socket.sent());
            assertTrue(quick.socket.isOpen());
            assertTrue(slow.stream().noneMatch(reader -> reader.socket.isOpen()));
            assertEquals(1008, slow.getFirst().socket.closeCode);
            slow.forEach(WireClient::leave);
            assertEquals(1, small.statistics().clients());
            assertEquals(0, small.statistics().waitingBytes());
        }
    }

    @Test
    void whoComesAndGoesLeavesNothingBehind() {
        for (int i = 0; i < 10_000; i++) {
            WireClient client = WireClient.connect(server, "c" + i);
            if (i % 100 == 0) {
                client.ask("register_service", service("s", Map.of()));
                client.ask("subscribe", "news");
                client.ask("set_env", "key", "value");
            }
            client.leave();
        }
        HyphaStatistics after = server.statistics();
        assertEquals(0, after.clients());
        assertEquals(1, after.services());
        // The server's own and the public one.
        assertEquals(2, after.workspaces());
    }

    private HyphaServer server(HyphaLimits limits) {
        return builder(limits).build();
    }

    private HyphaServer.Builder builder(HyphaLimits limits) {
        return HyphaServer.builder()
                .scheduler(scheduler)
                .secret(HyphaSecret.of("a secret for tests alone"))
                .publicUrl(() -> URI.create("http://localhost:7717/"))
                .limits(limits);
    }

    /** The call that comes to a client as the given one, the first being 1. */
    private static Frame ping(WireClient client, int count) {
        WireClient.await(() -> calls(client).size() >= count);
        return calls(client).get(count - 1);
    }

    private static List<Frame> calls(WireClient client) {
        return client.received("method").stream()
                .filter(frame -> String.valueOf(frame.method()).startsWith("services."))
                .toList();
    }

    private WireClient with(WireClient admin, String id) {
        return with(admin, id, "admin");
    }

    private WireClient with(WireClient admin, String id, String permission) {
        Object token = admin.ask("generate_token", Map.of("permission", permission));
        WireClient client = WireClient.open(server).hello(Map.of("client_id", id, "token", String.valueOf(token)));
        assertEquals(admin.workspace(), client.workspace());
        return client;
    }

    private static Map<String, Object> service(String id, Map<String, ?> config) {
        return Map.of("id", id, "config", config, "type", "test", "service_schema", Map.of("m", Map.of()));
    }

    private static String id(@Nullable Object info) {
        return info instanceof Map<?, ?> map ? String.valueOf(map.get("id")) : "none";
    }

    private static String failure(Runnable call) {
        return String.valueOf(assertThrows(HyphaException.class, call::run).getMessage());
    }

    private static void assertRefused(WireClient client, String reason) {
        assertEquals("error", client.info().path("type").asString());
        assertTrue(client.info().path("message").asString().contains(reason), client.socket.texts.toString());
        assertEquals(1008, client.socket.closeCode);
        client.listener.onClose();
    }
}
