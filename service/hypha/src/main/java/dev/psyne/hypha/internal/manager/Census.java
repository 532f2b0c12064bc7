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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    private int clientRoom = HyphaSnapshot.MAX_CLIENTS;
    private int serviceRoom = HyphaSnapshot.MAX_SERVICES;

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

    /** Looks at all workspaces but the server's own. Names are sorted only of what is shown: others may be many. */
    public HyphaSnapshot take(HyphaStatistics statistics) {
        Set<String> names = new HashSet<>(router.workspaces());
        names.addAll(registry.workspaces());
        names.remove(Router.SERVER);
        List<Seen> seen = new ArrayList<>();
        names.forEach(name -> look(name, seen));
        seen.sort(Comparator.comparing(Seen::name));
        seen.forEach(this::show);
        return new HyphaSnapshot(nowNanos, statistics, shown, withheld.rest(), beyond.rest());
    }

    private void look(String name, List<Seen> seen) {
        boolean readable = parts.workspaces().mayEnter(viewer.user(), name);
        List<ServiceInfo> services = registry.inWorkspace(name);
        List<ServiceInfo> listed = services.isEmpty() ? services : listed(name, services);
        withheld.clients += readable ? 0 : router.count(name);
        if (readable || !listed.isEmpty()) {
            seen.add(new Seen(name, readable, listed));
        } else {
            withheld.workspaces++;
        }
    }

    private List<ServiceInfo> listed(String name, List<ServiceInfo> services) {
        boolean unlisted = viewer.allows(name, Permission.ADMIN);
        List<ServiceInfo> listed = new ArrayList<>();
        for (ServiceInfo info : services) {
            if (info.type().equals(ServiceMethods.BUILT_IN)) {
                continue;
            }
            if (Registry.lists(info, unlisted, viewer)) {
                listed.add(info);
            } else {
                withheld.services++;
            }
        }
        return listed;
    }

    private void show(Seen seen) {
        if (shown.size() == HyphaSnapshot.MAX_WORKSPACES) {
            beyond.workspaces++;
            beyond.clients += seen.readable() ? router.count(seen.name()) : 0;
            beyond.services += seen.services().size();
            return;
        }
        List<Participant> clients = seen.readable() ? router.participants(seen.name()) : List.of();
        List<ClientSnapshot> described = clients.stream()
                .sorted(Comparator.comparing(client -> client.address().client()))
                .limit(clientRoom)
                .map(this::describe)
                .toList();
        List<ServiceSnapshot> offered = seen.services().stream()
                .sorted(Comparator.comparingLong(ServiceInfo::order))
                .limit(serviceRoom)
                .map(Census::describe)
                .toList();
        clientRoom -= described.size();
        serviceRoom -= offered.size();
        beyond.clients += clients.size() - described.size();
        beyond.services += seen.services().size() - offered.size();
        shown.add(new WorkspaceSnapshot(abbreviated(seen.name()), seen.readable(), described, offered));
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

    /** A workspace of which the viewer sees something, with the services that the viewer sees. */
    private record Seen(String name, boolean readable, List<ServiceInfo> services) {}

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
