package dev.psyne.hypha;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a user may go, as the claim {@code scope} of a token says it: {@code ws:NAME#CODE} for each workspace,
 * {@code cid:CLIENT}, {@code wid:WORKSPACE}, and words that mean nothing to the server and are handed on.
 *
 * @param workspaces the permission in each workspace; {@code *} stands for all
 * @param currentWorkspace the workspace to enter if none is asked for
 * @param clientId the only client that may use the token, or null for any
 * @param extraScopes words of others
 */
public record Scope(
        Map<String, Permission> workspaces,
        @Nullable String currentWorkspace,
        @Nullable String clientId,
        List<String> extraScopes) {
    /** The name that stands for every workspace. */
    public static final String EVERY_WORKSPACE = "*";

    private static final String WORKSPACE = "ws:";
    private static final String CLIENT = "cid:";
    private static final String CURRENT = "wid:";

    public Scope {
        workspaces = Collections.unmodifiableMap(new LinkedHashMap<>(workspaces));
        extraScopes = List.copyOf(extraScopes);
    }

    /** One workspace, which is the one to enter. */
    public static Scope of(String workspace, Permission permission) {
        return new Scope(Map.of(workspace, permission), workspace, null, List.of());
    }

    /** Whether the user has {@code wanted} or more in the workspace. */
    public boolean allows(String workspace, Permission wanted) {
        Permission here = workspaces.get(workspace);
        Permission everywhere = workspaces.get(EVERY_WORKSPACE);
        return (here != null && here.includes(wanted)) || (everywhere != null && everywhere.includes(wanted));
    }

    /** The same rights for one client in one workspace. */
    public Scope entering(String workspace, @Nullable String client) {
        return new Scope(workspaces, workspace, client, extraScopes);
    }

    /** The claim. */
    public String toClaim() {
        List<String> words = new ArrayList<>();
        workspaces.forEach((name, permission) -> words.add(WORKSPACE + name + "#" + permission.code()));
        if (clientId != null) {
            words.add(CLIENT + clientId);
        }
        if (currentWorkspace != null) {
            words.add(CURRENT + currentWorkspace);
        }
        words.addAll(extraScopes);
        return String.join(" ", words);
    }

    /**
     * Reads a claim.
     *
     * @throws IllegalArgumentException if a word for a workspace has no permission
     */
    public static Scope parse(String claim) {
        Map<String, Permission> workspaces = new LinkedHashMap<>();
        List<String> extra = new ArrayList<>();
        String client = null;
        String current = null;
        for (String word : claim.isBlank() ? new String[0] : claim.strip().split("\\s+")) {
            if (word.startsWith(WORKSPACE)) {
                int hash = word.indexOf('#');
                if (hash < 0) {
                    throw new IllegalArgumentException(
                            "a workspace of a scope is ws:NAME#PERMISSION, not '" + word + "'");
                }
                workspaces.put(word.substring(WORKSPACE.length(), hash), Permission.parse(word.substring(hash + 1)));
            } else if (word.startsWith(CLIENT)) {
                client = word.substring(CLIENT.length());
            } else if (word.startsWith(CURRENT)) {
                current = word.substring(CURRENT.length());
            } else {
                extra.add(word);
            }
        }
        return new Scope(workspaces, current, client, extra);
    }
}
