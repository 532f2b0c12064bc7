package dev.psyne.hypha.internal.session;

import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.identity.TokenClaims;
import dev.psyne.hypha.internal.identity.TokenException;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides who a client is and where it may go, by its first message. Any thread may call. */
final class Entrance {
    /**
     * Who comes in.
     *
     * @param address where it will be reached
     * @param reconnection the token that brought it back, if one did; it takes the place of a connection of the same name
     */
    record Entry(Address address, User user, @Nullable TokenClaims reconnection) {}

    private static final long ANONYMOUS_SECONDS = 2L * 24 * 60 * 60;
    private static final int NAME_BYTES = 8;

    private final Tokens tokens;
    private final Workspaces workspaces;
    private final Rules rules;
    private final SecureRandom random = new SecureRandom();

    Entrance(Rules rules) {
        this.tokens = rules.tokens();
        this.workspaces = rules.workspaces();
        this.rules = rules;
    }

    /**
     * Lets a client in.
     *
     * @throws RefusedException if it may not come in
     */
    Entry admit(Hello hello) {
        try {
            Address.requireName("client_id", hello.clientId());
            if (hello.clientId().startsWith(Address.GUEST_PREFIX)) {
                throw new RefusedException(
                        "Names that begin with '" + Address.GUEST_PREFIX + "' are those of HTTP requests");
            }
            if (hello.reconnectionToken() != null) {
                return comeBack(hello, hello.reconnectionToken());
            }
            User user = hello.token() == null ? anonymous() : bearer(hello.token());
            String client = user.scope().clientId();
            if (client != null && !client.equals(hello.clientId())) {
                throw new RefusedException(
                        "Client id mismatch: this token is restricted to the client '" + client + "'");
            }
            return enter(hello, user, workspace(hello, user), null);
        } catch (TokenException | IllegalArgumentException refused) {
            throw new RefusedException(String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Lets the sender of one request in.
     *
     * @param clientId a name that nobody else has
     * @throws RefusedException if it may not come in
     */
    Entry guest(@Nullable String token, String clientId) {
        try {
            User user = token == null ? anonymous() : bearer(token);
            Hello hello = new Hello(clientId, null, token, null);
            return enter(hello, user, workspace(hello, user), null);
        } catch (TokenException | IllegalArgumentException refused) {
            throw new RefusedException(String.valueOf(refused.getMessage()));
        }
    }

    private Entry comeBack(Hello hello, String token) {
        TokenClaims claims = tokens.readReconnection(token);
        Scope scope = claims.user().scope();
        String workspace = scope.currentWorkspace();
        if (workspace == null || scope.clientId() == null) {
            throw new RefusedException("The reconnection token names no workspace and client");
        }
        if (hello.workspace() != null && !hello.workspace().equals(workspace)) {
            throw new RefusedException("Workspace mismatch: the reconnection token is for " + workspace);
        }
        if (!hello.clientId().equals(scope.clientId())) {
            throw new RefusedException("Client id mismatch: the reconnection token is for " + scope.clientId());
        }
        return enter(hello, claims.user(), workspace, claims);
    }

    private Entry enter(Hello hello, User user, String workspace, @Nullable TokenClaims reconnection) {
        Address.requireName("workspace", workspace);
        if (!workspaces.mayEnter(user, workspace)) {
            throw new RefusedException("Workspace " + workspace + " does not exist or is not accessible");
        }
        Scope scope = workspaces.rights(user, workspace).entering(workspace, hello.clientId());
        return new Entry(new Address(workspace, hello.clientId()), user.withScope(scope), reconnection);
    }

    private static String workspace(Hello hello, User user) {
        Scope scope = user.scope();
        if (hello.workspace() != null) {
            return hello.workspace();
        }
        if (scope.currentWorkspace() != null) {
            return scope.currentWorkspace();
        }
        String own = user.ownWorkspace();
        boolean onlyAnother = scope.workspaces().size() == 1
                && !scope.allows(own, Permission.READ)
                && !scope.workspaces().containsKey(Scope.EVERY_WORKSPACE);
        return onlyAnother ? scope.workspaces().keySet().iterator().next() : own;
    }

    private User bearer(String token) {
        String ownerToken = rules.ownerToken();
        if (ownerToken != null && MessageDigest.isEqual(utf8(ownerToken), utf8(token))) {
            User owner = new User("owner", List.of("admin"), false, null, Scope.of("", Permission.ADMIN), null);
            return owner.withScope(Scope.of(owner.ownWorkspace(), Permission.ADMIN));
        }
        return tokens.read(token);
    }

    private User anonymous() {
        if (!rules.anonymous()) {
            throw new RefusedException("This server takes no client without a token");
        }
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        String id = "anonymouz-" + HexFormat.of().formatHex(name);
        Scope scope = new Scope(Map.of("ws-user-" + id, Permission.ADMIN), null, null, List.of());
        long expiresAt = rules.clock().instant().getEpochSecond() + ANONYMOUS_SECONDS;
        return new User(id, List.of("anonymous"), true, null, scope, expiresAt);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
