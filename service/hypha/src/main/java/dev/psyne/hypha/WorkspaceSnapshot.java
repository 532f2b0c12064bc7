package dev.psyne.hypha;

import java.util.List;

/**
 * One workspace at one moment, as far as its viewer may see it.
 *
 * @param name of the workspace
 * @param readable whether the viewer may see its clients; of one that is not, only what it offers to others is shown
 * @param clients in the order of their ids
 * @param services in the order of their registration
 */
public record WorkspaceSnapshot(
        String name, boolean readable, List<ClientSnapshot> clients, List<ServiceSnapshot> services) {
    public WorkspaceSnapshot {
        clients = List.copyOf(clients);
        services = List.copyOf(services);
    }
}
