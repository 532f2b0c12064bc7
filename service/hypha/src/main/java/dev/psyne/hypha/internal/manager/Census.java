package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.ClientSnapshot;
import dev.psyne.hypha.HyphaSnapshot;
import dev.psyne.hypha.HyphaStatistics;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.ServiceSnapshot;
import dev.psyne.hypha.User;
import dev.psyne.hypha.WorkspaceSnapshot;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.LocalParticipant;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import dev.psyne.hypha.internal.router.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts once who is there, for one viewer: clients of the workspaces that the viewer may enter, services that a list of
 * the directory would give. Holds no lock while it looks; one thread uses it, once.
 */
public final class Census {
    private final ServerParts parts;
    private final Router router;
    private final Registry registry;
    private final Caller viewer;
    private final long nowNanos;
    private final List<WorkspaceSnapshot> shown = new ArrayList<>();
    private final Left withheld = new Left();
    private final Left beyond = new Left();
    private int clientsShown;
    private int servicesShown;

    /** For a viewer who is in the current workspace of the scope, if there is one that the viewer may enter. */
    public Census(ServerParts parts, User viewer) {
        this.parts = parts;
        this.router = parts.router();
        this.registry = parts.manager().registry();
        this.nowNanos = parts.nanoClock().getAsLong();
        this.viewer = new Caller(new Address(place(parts, viewer), "viewer"), viewer, parts.workspaces());
    }

    private static String place(ServerParts parts, User viewer) {
        String current = viewer.scope().currentWorkspace();
        return current != null && parts.workspaces().mayEnter(viewer, current) ? current : Router.SERVER;
    }

    /** Looks at all workspaces but the server's own. */
    public HyphaSnapshot take(HyphaStatistics statistics) {
        Set<String> names = new TreeSet<>(router.workspaces());
        names.addAll(registry.workspaces());
        names.remove(Router.SERVER);
        names.forEach(this::look);
        return new HyphaSnapshot(nowNanos, statistics, shown, withheld.rest(), beyond.rest());
    }

    private void look(String name) {
        boolean readable = parts.workspaces().mayEnter(viewer.user(), name);
        boolean unlisted = viewer.allows(name, Permission.ADMIN);
        List<ServiceInfo> services = registry.inWorkspace(name).stream()
                .filter(info -> !info.type().equals(ServiceMethods.BUILT_IN))
                .toList();
        List<ServiceInfo> listed = services.stream()
                .filter(info -> Registry.lists(info, unlisted, viewer))
                .toList();
        List<Participant> clients = router.participants(name);
        withheld.services += services.size() - listed.size();
        withheld.clients += readable ? 0 : clients.size();
        if (!readable && listed.isEmpty()) {
            withheld.workspaces++;
        } else {
            show(name, readable, readable ? clients : List.of(), listed);
        }
    }

    private void show(String name, boolean readable, List<Participant> clients, List<ServiceInfo> services) {
        boolean full = shown.size() == HyphaSnapshot.MAX_WORKSPACES;
        int clientRoom = full ? 0 : HyphaSnapshot.MAX_CLIENTS - clientsShown;
        int serviceRoom = full ? 0 : HyphaSnapshot.MAX_SERVICES - servicesShown;
        beyond.workspaces += full ? 1 : 0;
        beyond.clients += Math.max(0, clients.size() - clientRoom);
        beyond.services += Math.max(0, services.size() - serviceRoom);
        if (full) {
            return;
        }
        List<ClientSnapshot> described = clients.stream()
                .sorted(Comparator.comparing(client -> client.address().client()))
                .limit(clientRoom)
                .map(this::describe)
                .toList();
        List<ServiceSnapshot> offered =
                services.stream().limit(serviceRoom).map(Census::describe).toList();
        clientsShown += described.size();
        servicesShown += offered.size();
        shown.add(new WorkspaceSnapshot(abbreviated(name), readable, described, offered));
    }

    private ClientSnapshot describe(Participant client) {
        Traffic traffic = client.traffic();
        return new ClientSnapshot(
                abbreviated(client.address().client()),
                abbreviated(client.user().id()),
                client.user().anonymous(),
                client instanceof LocalParticipant,
                Duration.ofNanos(Math.max(0, nowNanos - traffic.sinceNanos())),
                traffic.callsMade(),
                traffic.callsTaken(),
                traffic.bytesSent(),
                traffic.bytesReceived(),
                client.waitingBytes());
    }

    private static ServiceSnapshot describe(ServiceInfo info) {
        return new ServiceSnapshot(
                abbreviated(info.name()),
                abbreviated(info.owner().client()),
                abbreviated(info.type()),
                info.visibility());
    }

    private static String abbreviated(String word) {
        if (word.length() <= HyphaSnapshot.MAX_WORD_CHARACTERS) {
            return word;
        }
        int end = HyphaSnapshot.MAX_WORD_CHARACTERS - 1;
        return word.substring(0, Character.isHighSurrogate(word.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** What is left out so far. */
    private static final class Left {
        private int workspaces;
        private int clients;
        private int services;

        HyphaSnapshot.Rest rest() {
            return new HyphaSnapshot.Rest(workspaces, clients, services);
        }
    }
}
