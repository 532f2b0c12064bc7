package dev.psyne.hypha.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.HyphaSecret;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntranceTest {
    private long now = 1_000;
    private final InstantSource clock = () -> Instant.ofEpochSecond(now);
    private final Tokens tokens = new Tokens(HyphaSecret.of("0123456789abcdef"), clock);
    private final Workspaces workspaces = new Workspaces(9);
    private final Entrance entrance = entrance(true, null);

    @Test
    void whoComesWithoutATokenHasAWorkspaceOfItsOwn() {
        Entrance.Entry entry = entrance.admit(new Hello("c1", null, null, null));
        User user = entry.user();
        assertTrue(user.anonymous());
        assertEquals(user.ownWorkspace(), entry.address().workspace());
        assertTrue(user.scope().allows(user.ownWorkspace(), Permission.ADMIN));
        assertEquals("c1", user.scope().clientId());
        assertEquals("Workspace test does not exist or is not accessible", refusal("c1", "test", null, null));
    }

    @Test
    void everybodyMayEnterThePublicWorkspaceAndNobodyMayChangeIt() {
        Entrance.Entry entry = entrance.admit(new Hello("c1", "public", null, null));
        assertEquals("public/c1", entry.address().toString());
        assertTrue(!workspaces.allows(entry.user(), "public", Permission.READ));
    }

    @Test
    void aTokenLeadsToItsWorkspaceAndToNoOther() {
        String token = token(new Scope(Map.of("lab", Permission.READ), null, null, List.of()));
        assertEquals(
                "lab",
                entrance.admit(new Hello("c", null, token, null)).address().workspace());
        assertEquals(
                "lab",
                entrance.admit(new Hello("c", "lab", token, null)).address().workspace());
        assertEquals("Workspace other does not exist or is not accessible", refusal("c", "other", token, null));
        now += 60;
        assertEquals("The token has expired", refusal("c", "lab", token, null));
    }

    @Test
    void aTokenForOneClientIsForNoOther() {
        String token = token(new Scope(Map.of("lab", Permission.READ), "lab", "me", List.of()));
        assertEquals(
                "lab/me",
                entrance.admit(new Hello("me", null, token, null)).address().toString());
        assertTrue(refusal("you", null, token, null).startsWith("Client id mismatch"));
    }

    @Test
    void aReconnectionTokenBringsBackItsClientAlone() {
        User user = new User("ada", List.of(), false, null, Scope.of("lab", Permission.ADMIN), null);
        String token =
                tokens.issueReconnection(user.withScope(user.scope().entering("lab", "me")), Duration.ofSeconds(9));
        Entrance.Entry entry = entrance.admit(new Hello("me", null, null, token));
        assertEquals("lab/me", entry.address().toString());
        assertTrue(refusal("you", null, null, token).startsWith("Client id mismatch"));
        assertTrue(refusal("me", "other", null, token).startsWith("Workspace mismatch"));
        assertNotNull(entry.reconnection());
        tokens.use(entry.reconnection());
        assertEquals("The reconnection token was used before", refusal("me", null, null, token));
        String late =
                tokens.issueReconnection(user.withScope(user.scope().entering("lab", "me")), Duration.ofSeconds(9));
        now += 9;
        assertEquals("The token has expired", refusal("me", null, null, late));
    }

    @Test
    void namesThatCannotBeInAnAddressAreRefused() {
        for (String name : List.of("a/b", "a b", "a:b", "*", "x".repeat(257), "a\u0000")) {
            assertTrue(refusal(name, null, null, null).startsWith("client_id has"), name);
        }
    }

    @Test
    void theNamesOfHttpRequestsAreTheirsAlone() {
        assertEquals("Names that begin with '_http-' are those of HTTP requests", refusal("_http-1", null, null, null));
        assertEquals(
                "http-client",
                entrance.admit(new Hello("http-client", null, null, null))
                        .address()
                        .client());
    }

    @Test
    void aServerMayAskEverybodyForATokenOrTheOwnersOne() {
        Entrance closed = entrance(false, "the node's own token");
        assertThrows(RefusedException.class, () -> closed.admit(new Hello("c", null, null, null)));
        Entrance.Entry owner = closed.admit(new Hello("c", null, "the node's own token", null));
        assertEquals("ws-user-owner/c", owner.address().toString());
        assertTrue(owner.user().scope().allows("ws-user-owner", Permission.ADMIN));
        assertThrows(RefusedException.class, () -> closed.admit(new Hello("c", null, "the node's other", null)));
    }

    private Entrance entrance(boolean anonymous, @Nullable String ownerToken) {
        return new Entrance(
                new Rules(tokens, workspaces, HyphaLimits.standard(), anonymous, ownerToken, clock, () -> 0));
    }

    private String token(Scope scope) {
        return tokens.issue(new User("ada", List.of(), false, null, scope, null), Duration.ofSeconds(60));
    }

    private String refusal(
            String client, @Nullable String workspace, @Nullable String token, @Nullable String reconnection) {
        Hello hello = new Hello(client, workspace, token, reconnection);
        return String.valueOf(assertThrows(RefusedException.class, () -> entrance.admit(hello))
                .getMessage());
    }
}
