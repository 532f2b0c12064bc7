package dev.psyne.hypha;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: the server writes it into every frame, and callees see it as {@code context["user"]}.
 *
 * @param id of the user; names of anonymous ones are made up
 * @param roles words of the one who issued the token
 * @param anonymous whether nobody vouches for the user
 * @param email or null
 * @param scope where the user may go
 * @param expiresAt when the rights end, in seconds since 1970, or null for never
 */
public record User(
        String id,
        List<String> roles,
        boolean anonymous,
        @Nullable String email,
        Scope scope,
        @Nullable Long expiresAt) {
    public User {
        roles = List.copyOf(roles);
    }

    /** The server itself, which may do everything everywhere. */
    public static User root() {
        Scope everywhere = new Scope(Map.of(Scope.EVERY_WORKSPACE, Permission.ADMIN), null, null, List.of());
        return new User("root", List.of(), false, null, everywhere, null);
    }

    /** The same user with another scope. */
    public User withScope(Scope other) {
        return new User(id, roles, anonymous, email, other, expiresAt);
    }

    /** The workspace of this user alone. */
    public String ownWorkspace() {
        return "ws-user-" + id;
    }

    /** As frames and {@code connection_info} carry it. */
    public Map<String, @Nullable Object> toMap() {
        Map<String, Object> permissions = new LinkedHashMap<>();
        scope.workspaces().forEach((name, permission) -> permissions.put(name, permission.code()));
        Map<String, @Nullable Object> scopes = new LinkedHashMap<>();
        scopes.put("current_workspace", scope.currentWorkspace());
        scopes.put("workspaces", permissions);
        scopes.put("client_id", scope.clientId());
        scopes.put("extra_scopes", new ArrayList<>(scope.extraScopes()));
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("roles", new ArrayList<>(roles));
        map.put("is_anonymous", anonymous);
        map.put("scope", scopes);
        map.put("email", email);
        map.put("parent", null);
        map.put("expires_at", expiresAt);
        map.put("current_workspace", null);
        map.put("metadata", Map.of());
        return map;
    }
}
