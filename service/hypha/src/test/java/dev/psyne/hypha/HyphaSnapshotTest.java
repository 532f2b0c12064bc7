package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.internal.wire.Frame;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is there, as several viewers see it. */
@Timeout(120)
class HyphaSnapshotTest {
    private static final User NOBODY = new User("x", List.of(), true, null, Scope.parse(""), null);

    private final Scheduler scheduler = Scheduler.create(2);
    private final AtomicLong nanos = new AtomicLong();
    private final HyphaServer server = HyphaServer.builder()
            .scheduler(scheduler)
            .secret(HyphaSecret.of("a secret for tests alone"))
            .publicUrl(() -> URI.create("http://localhost:7717/"))
            .ownerToken("the owner's")
            .nanoClock(nanos::get)
            .build();

    @AfterEach
    void stop() {
        server.close();
        scheduler.close();
    }

    private WorkspaceSnapshot workspace(User viewer, String name) {
        return server.snapshot(viewer).workspaces().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + server.snapshot(viewer)));
    }

    private ClientSnapshot client(String workspace, String id) {
        return workspace(User.root(), workspace).clients().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private WireClient with(WireClient admin, String id) {
        Object token = admin.ask("generate_token", Map.of("permission", "admin"));
        return WireClient.open(server).hello(Map.of("client_id", id, "token", String.valueOf(token)));
    }

    private static void register(WireClient client, String id, String visibility) {
        client.ask(
                "register_service",
                Map.of(
                        "id",
                        id,
                        "type",
                        "test",
                        "config",
                        Map.of("visibility", visibility),
                        "service_schema",
                        Map.of()));
    }

    @Test
    void aCallIsCountedWhereItWasMadeAndWhereItWasTaken() {
        WireClient alice = WireClient.connect(server, "alice");
        WireClient bob = with(alice, "bob");
        ClientSnapshot before = client(alice.workspace(), "alice");
        long calls = server.statistics().calls();
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        String session = alice.call("bob", "services.s.m", 1);
        Frame call = bob.received("method").getLast();
        bob.resolve(call, 2);
        alice.answer(session);
        ClientSnapshot caller = client(alice.workspace(), "alice");
        ClientSnapshot called = client(alice.workspace(), "bob");
        assertEquals(before.callsMade() + 1, caller.callsMade());
        assertEquals(before.callsTaken(), caller.callsTaken());
        assertEquals(0, called.callsMade());
        assertEquals(1, called.callsTaken());
        assertEquals(calls + 1, server.statistics().calls());
        assertTrue(caller.bytesSent() > before.bytesSent() && caller.bytesReceived() > before.bytesReceived());
        assertTrue(called.bytesSent() > 0 && called.bytesReceived() > 0);
        assertEquals(before.connectedFor().plusSeconds(3), caller.connectedFor());
        assertTrue(caller.anonymous());
        assertFalse(caller.local());
    }

    @Test
    void whoHasLeftIsGoneWithWhatItOffered() {
        WireClient alice = WireClient.connect(server, "alice");
        register(alice, "open", "public");
        assertEquals(
                List.of(new ServiceSnapshot("open", "alice", "test", Visibility.PUBLIC)),
                workspace(User.root(), alice.workspace()).services());
        alice.leave();
        assertTrue(server.snapshot(User.root()).workspaces().stream()
                .noneMatch(one -> one.name().equals(alice.workspace())));
    }

    @Test
    void othersSeeOfAWorkspaceWhatItOffersToAll() {
        WireClient alice = WireClient.connect(server, "alice");
        register(alice, "open", "public");
        register(alice, "closed", "protected");
        register(alice, "secret", "unlisted");
        WorkspaceSnapshot seen = workspace(NOBODY, alice.workspace());
        assertFalse(seen.readable());
        assertEquals(List.of(), seen.clients());
        assertEquals(
                List.of("open"),
                seen.services().stream().map(ServiceSnapshot::id).toList());
        WireClient bob = WireClient.connect(server, "bob");
        HyphaSnapshot snapshot = server.snapshot(NOBODY);
        assertEquals(new HyphaSnapshot.Rest(1, 2, 2), snapshot.withheld());
        assertFalse(snapshot.toString().contains(bob.workspace()));
        assertFalse(snapshot.toString().contains("closed"));
        assertEquals(2, snapshot.statistics().clients());
        assertTrue(workspace(NOBODY, "public").readable());
    }

    @Test
    void aTokenOpensItsWorkspace() {
        WireClient alice = WireClient.connect(server, "alice");
        register(alice, "closed", "protected");
        register(alice, "secret", "unlisted");
        Object token = alice.ask("generate_token", Map.of("permission", "read"));
        WorkspaceSnapshot reader = workspace(server.visitor(Optional.of(String.valueOf(token))), alice.workspace());
        assertTrue(reader.readable());
        assertEquals("alice", reader.clients().getFirst().id());
        assertEquals(
                List.of("closed"),
                reader.services().stream().map(ServiceSnapshot::id).toList());
        assertEquals(2, workspace(User.root(), alice.workspace()).services().size());
        String shown = server.snapshot(User.root()).toString();
        assertFalse(shown.contains(String.valueOf(token)), shown);
    }

    @Test
    void aWrongTokenIsNoVisitor() {
        assertThrows(IllegalArgumentException.class, () -> server.visitor(Optional.of("x.y.z")));
        assertEquals("owner", server.visitor(Optional.of("the owner's")).id());
        assertTrue(server.visitor(Optional.empty()).anonymous());
    }

    @Test
    void whereAViewerIsNotAllowedItIsNot() {
        WireClient alice = WireClient.connect(server, "alice");
        register(alice, "closed", "protected");
        User liar = NOBODY.withScope(new Scope(Map.of(), alice.workspace(), null, List.of()));
        assertTrue(server.snapshot(liar).workspaces().stream()
                .noneMatch(one -> one.name().equals(alice.workspace())));
    }

    @Test
    void whatHasNoRoomIsCounted() {
        User user = User.root();
        for (int i = 0; i < HyphaSnapshot.MAX_CLIENTS + 3; i++) {
            server.join("hall", "client-" + i, user);
        }
        HyphaSnapshot snapshot = server.snapshot(user);
        long shown = snapshot.workspaces().stream()
                .mapToLong(one -> one.clients().size())
                .sum();
        assertEquals(HyphaSnapshot.MAX_CLIENTS, shown);
        assertTrue(snapshot.beyond().clients() >= 3, snapshot.beyond()::toString);
        for (int i = 0; i < HyphaSnapshot.MAX_WORKSPACES + 2; i++) {
            server.join("room-" + i, "client", user);
        }
        snapshot = server.snapshot(user);
        assertEquals(HyphaSnapshot.MAX_WORKSPACES, snapshot.workspaces().size());
        assertTrue(snapshot.beyond().workspaces() >= 2, snapshot.beyond()::toString);
    }

    @Test
    void longWordsAreCutBetweenCharacters() {
        WireClient alice = WireClient.connect(server, "alice");
        String type = "x".repeat(HyphaSnapshot.MAX_WORD_CHARACTERS - 2) + "😀😀";
        alice.ask("register_service", Map.of("id", "s", "type", type, "config", Map.of(), "service_schema", Map.of()));
        String shown =
                workspace(User.root(), alice.workspace()).services().getFirst().type();
        assertEquals("x".repeat(HyphaSnapshot.MAX_WORD_CHARACTERS - 2) + "…", shown);
    }
}
