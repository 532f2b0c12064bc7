package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manager's methods about workspaces and what is kept in them. */
final class WorkspaceMethods {
    private static final int NORMAL = 1000;

    private final Workspaces workspaces;
    private final Router router;
    private final Registry registry;
    private final WorkspaceNotes environment = new WorkspaceNotes("variable");
    private final WorkspaceNotes types = new WorkspaceNotes("service type");

    WorkspaceMethods(Workspaces workspaces, Router router, Registry registry) {
        this.workspaces = workspaces;
        this.router = router;
        this.registry = registry;
    }

    void addTo(MethodTable table) {
        table.with("create_workspace", this::create)
                .with("delete_workspace", this::delete)
                .with("list_workspaces", this::list)
                .with("get_workspace_info", this::describe)
                .with("get_summary", this::summarize)
                .with("check_status", (_, _) -> Map.of("status", "ready"))
                .with("register_service_type", this::registerType)
                .with(
                        "get_service_type",
                        (arguments, caller) ->
                                types.get(caller.workspace(), ownName(arguments.text(0, "type_id"), caller)))
                .with(
                        "list_service_types",
                        (_, caller) ->
                                new ArrayList<>(types.all(caller.workspace()).values()))
                .with("set_env", this::setVariable)
                .with("get_env", this::variable);
    }

    /** Nobody is in a workspace any more: what was kept in it goes, unless somebody made it to stay. */
    void abandoned(String workspace) {
        if (!workspaces.isMade(workspace)) {
            environment.drop(workspace);
            types.drop(workspace);
        }
    }

    private Object create(Arguments arguments, Caller caller) {
        Map<String, @Nullable Object> config = arguments.map(0, "config");
        String asked = Arguments.optionalText(config.getOrDefault("id", config.get("name")), "id");
        if (caller.user().anonymous()) {
            throw new HyphaException("PermissionError: anonymous users make no workspaces: connect with a token");
        }
        try {
            String name = Address.requireName("a workspace's id", asked == null ? "" : asked);
            WorkspaceNotes.requireSmall(config);
            return workspaces.create(caller.user(), name, config, arguments.flag(1, "overwrite"));
        } catch (IllegalArgumentException wrong) {
            throw new HyphaException("ValueError: " + wrong.getMessage());
        }
    }

    private @Nullable Object delete(Arguments arguments, Caller caller) {
        String workspace = arguments.text(0, "workspace");
        require(caller, workspace, Permission.ADMIN);
        if (!workspaces.delete(workspace)) {
            throw new HyphaException("KeyError: 'Nobody made a workspace " + workspace + "'");
        }
        for (Participant client : router.participants(workspace)) {
            client.close(NORMAL, "the workspace was deleted");
        }
        environment.drop(workspace);
        types.drop(workspace);
        return null;
    }

    private Object list(Arguments arguments, Caller caller) {
        Map<String, @Nullable Object> match = arguments.map(0, "match");
        long limit = (long) Math.max(0, arguments.number(1, "limit", 256));
        long offset = (long) Math.max(0, arguments.number(2, "offset", 0));
        List<String> names = new ArrayList<>(workspaces.visible(caller.user()));
        for (String here : List.of(caller.workspace(), Workspaces.PUBLIC)) {
            if (!names.contains(here)) {
                names.add(here);
            }
        }
        return names.stream()
                .map(workspaces::describe)
                .filter(one -> one.entrySet().containsAll(match.entrySet()))
                .skip(offset)
                .limit(limit)
                .toList();
    }

    private Object describe(Arguments arguments, Caller caller) {
        String asked = arguments.optionalText(0, "workspace");
        String workspace = asked == null ? caller.workspace() : asked;
        require(caller, workspace, Permission.READ);
        return workspaces.describe(workspace);
    }

    private Object summarize(Arguments arguments, Caller caller) {
        ServiceQuery all = ServiceQuery.ofList(caller.workspace(), caller.workspace());
        return Map.of(
                "client_count", router.participants(caller.workspace()).size(),
                "service_count", registry.match(all).size());
    }

    private Object registerType(Arguments arguments, Caller caller) {
        require(caller, caller.workspace(), Permission.READ_WRITE);
        Map<String, @Nullable Object> type = arguments.map(0, "type_info");
        if (!(type.get("id") instanceof String id)) {
            throw new HyphaException("ValueError: a service type has an id");
        }
        types.put(caller.workspace(), ownName(id, caller), type);
        return type;
    }

    private Object setVariable(Arguments arguments, Caller caller) {
        require(caller, caller.workspace(), Permission.READ_WRITE);
        environment.put(caller.workspace(), arguments.text(0, "key"), arguments.value(1, "value"));
        return true;
    }

    private @Nullable Object variable(Arguments arguments, Caller caller) {
        require(caller, caller.workspace(), Permission.READ_WRITE);
        String key = arguments.optionalText(0, "key");
        return key == null ? environment.all(caller.workspace()) : environment.get(caller.workspace(), key);
    }

    private static String ownName(String id, Caller caller) {
        return id.startsWith(caller.workspace() + "/")
                ? id.substring(caller.workspace().length() + 1)
                : id;
    }

    static void require(Caller caller, String workspace, Permission wanted) {
        boolean allowed = wanted == Permission.READ && workspace.equals(caller.workspace());
        if (!allowed && !caller.allows(workspace, wanted)) {
            throw new HyphaException("PermissionError: Permission denied for workspace " + workspace);
        }
    }
}
