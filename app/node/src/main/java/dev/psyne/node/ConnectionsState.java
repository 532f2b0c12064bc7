package dev.psyne.node;

import dev.psyne.hypha.ClientSnapshot;
import dev.psyne.hypha.HyphaSnapshot;
import dev.psyne.hypha.HyphaStatistics;
import dev.psyne.hypha.ServiceSnapshot;
import dev.psyne.hypha.WorkspaceSnapshot;
import java.util.List;

/**
 * hypha's clients at one moment, as far as whoever looks may see them.
 *
 * @param withheld what that one may not see
 * @param beyond what is more than a snapshot has room for
 */
record ConnectionsState(
        long takenAtMs,
        long clients,
        long frames,
        long calls,
        long bytes,
        long refusals,
        long waitingBytes,
        List<Workspace> workspaces,
        Rest withheld,
        Rest beyond) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** One workspace; of one that is not readable only what it offers to others is shown. */
    record Workspace(String name, boolean readable, List<Client> clients, List<Service> services) {
        private static Workspace of(WorkspaceSnapshot workspace) {
            return new Workspace(
                    workspace.name(),
                    workspace.readable(),
                    workspace.clients().stream().map(Client::of).toList(),
                    workspace.services().stream().map(Service::of).toList());
        }
    }

    /** One client. */
    record Client(
            String id,
            String user,
            boolean anonymous,
            boolean local,
            long connectedMs,
            long callsMade,
            long callsTaken,
            long bytesSent,
            long bytesReceived,
            long waitingBytes) {
        private static Client of(ClientSnapshot client) {
            return new Client(
                    client.id(),
                    client.user(),
                    client.anonymous(),
                    client.local(),
                    client.connectedFor().toMillis(),
                    client.callsMade(),
                    client.callsTaken(),
                    client.bytesSent(),
                    client.bytesReceived(),
                    client.waitingBytes());
        }
    }

    /** One service. */
    record Service(String id, String owner, String type, String visibility) {
        private static Service of(ServiceSnapshot service) {
            return new Service(
                    service.id(),
                    service.owner(),
                    service.type(),
                    service.visibility().word());
        }
    }

    /** How many are not shown. */
    record Rest(long workspaces, long clients, long services) {
        private static Rest of(HyphaSnapshot.Rest rest) {
            return new Rest(rest.workspaces(), rest.clients(), rest.services());
        }
    }

    static ConnectionsState of(HyphaSnapshot snapshot) {
        HyphaStatistics all = snapshot.statistics();
        return new ConnectionsState(
                snapshot.takenAtNanos() / NANOS_PER_MILLI,
                all.clients(),
                all.frames(),
                all.calls(),
                all.bytes(),
                all.refusals(),
                all.waitingBytes(),
                snapshot.workspaces().stream().map(Workspace::of).toList(),
                Rest.of(snapshot.withheld()),
                Rest.of(snapshot.beyond()));
    }
}
