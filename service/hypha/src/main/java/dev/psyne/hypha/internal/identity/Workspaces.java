package dev.psyne.hypha.internal.identity;

import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The workspaces there are. Those that somebody made stay until they are deleted or the server ends; all others exist
 * while somebody is in them. Any thread may call.
 */
public final class Workspaces {
    /** The workspace that everybody may enter and nobody but the server registers services in. */
    public static final String PUBLIC = "public";

    /** Workspaces that all users together may make. */
    public static final int MAX_MADE = 10_000;

    private record Made(String owner, Map<String, @Nullable Object> description) {}

    private final Map<String, Made> made = new ConcurrentHashMap<>();
    private final int perUser;

    /** None yet, and at most {@code perUser} that one user makes. */
    public Workspaces(int perUser) {
        this.perUser = perUser;
    }

    /** Whether a user may go to a workspace, which need not exist if the user has a right to it. */
    public boolean mayEnter(User user, String workspace) {
        return workspace.equals(PUBLIC) || allows(user, workspace, Permission.READ);
    }

    /** Whether a user may do something in a workspace: by a token, or as its owner. */
    public boolean allows(User user, String workspace, Permission wanted) {
        return rights(user, workspace).allows(workspace, wanted);
    }

    /** The user's scope, with what an owner has without a token. */
    public Scope rights(User user, String workspace) {
        Made known = made.get(workspace);
        Scope scope = user.scope();
        if (known == null || !known.owner().equals(user.id()) || scope.allows(workspace, Permission.ADMIN)) {
            return scope;
        }
        Map<String, Permission> more = new LinkedHashMap<>(scope.workspaces());
        more.put(workspace, Permission.ADMIN);
        return new Scope(more, scope.currentWorkspace(), scope.clientId(), scope.extraScopes());
    }

    /**
     * Makes a workspace.
     *
     * @throws IllegalArgumentException if there is one of this name and it is not to be overwritten by its owner, or
     *     there are too many
     */
    public synchronized Map<String, @Nullable Object> create(
            User owner, String name, Map<String, ? extends @Nullable Object> config, boolean overwrite) {
        Made before = made.get(name);
        boolean reserved = name.equals(PUBLIC) || (name.startsWith("ws-user-") && !name.equals(owner.ownWorkspace()));
        if (reserved || (before != null && !(overwrite && before.owner().equals(owner.id())))) {
            throw new IllegalArgumentException("there is a workspace '" + name + "' already");
        }
        long own = made.values().stream()
                .filter(one -> one.owner().equals(owner.id()))
                .count();
        if (before == null && (own >= perUser || made.size() >= MAX_MADE)) {
            throw new IllegalArgumentException(
                    "a user makes at most " + perUser + " workspaces, and all users " + MAX_MADE);
        }
        Map<String, @Nullable Object> description = new LinkedHashMap<>(config);
        description.put("id", name);
        description.putIfAbsent("name", name);
        description.put("owners", new ArrayList<>(List.of(owner.id())));
        made.put(name, new Made(owner.id(), description));
        return describe(name);
    }

    /** Removes a workspace that somebody made; false if there is none. */
    public boolean delete(String name) {
        return made.remove(name) != null;
    }

    /** Whether somebody made a workspace of this name. */
    public boolean isMade(String name) {
        return name.equals(PUBLIC) || made.containsKey(name);
    }

    /** What is known of a workspace. */
    public Map<String, @Nullable Object> describe(String name) {
        Made known = made.get(name);
        if (known != null) {
            return new LinkedHashMap<>(known.description());
        }
        Map<String, @Nullable Object> description = new LinkedHashMap<>();
        description.put("id", name);
        description.put("name", name);
        description.put("persistent", name.equals(PUBLIC));
        description.put("owners", new ArrayList<>());
        return description;
    }

    /** The workspaces somebody made that a user may enter. */
    public List<String> visible(User user) {
        return made.keySet().stream()
                .filter(name -> mayEnter(user, name))
                .sorted()
                .toList();
    }
}
