package dev.psyne.node;

import dev.psyne.hypha.ClientSnapshot;
import dev.psyne.hypha.HyphaSnapshot;
import dev.psyne.hypha.HyphaStatistics;
import dev.psyne.hypha.ServiceSnapshot;
import dev.psyne.hypha.WorkspaceSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/** A snapshot of hypha's clients by the names that the page knows, for JSON and for psyne.v1. */
final class ConnectionsDocument {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private ConnectionsDocument() {}

    static Map<String, Object> of(HyphaSnapshot snapshot) {
        HyphaStatistics all = snapshot.statistics();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("takenAtMs", snapshot.takenAtNanos() / NANOS_PER_MILLI);
        document.put("clients", (long) all.clients());
        document.put("frames", all.frames());
        document.put("calls", all.calls());
        document.put("bytes", all.bytes());
        document.put("refusals", all.refusals());
        document.put("waitingBytes", all.waitingBytes());
        document.put(
                "workspaces",
                snapshot.workspaces().stream()
                        .map(ConnectionsDocument::workspace)
                        .toList());
        document.put("withheld", rest(snapshot.withheld()));
        document.put("beyond", rest(snapshot.beyond()));
        return document;
    }

    private static Map<String, Object> workspace(WorkspaceSnapshot workspace) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", workspace.name());
        fields.put("readable", workspace.readable());
        fields.put(
                "clients",
                workspace.clients().stream().map(ConnectionsDocument::client).toList());
        fields.put(
                "services",
                workspace.services().stream().map(ConnectionsDocument::service).toList());
        return fields;
    }

    private static Map<String, Object> client(ClientSnapshot client) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", client.id());
        fields.put("user", client.user());
        fields.put("anonymous", client.anonymous());
        fields.put("local", client.local());
        fields.put("connectedMs", client.connectedFor().toMillis());
        fields.put("callsMade", client.callsMade());
        fields.put("callsTaken", client.callsTaken());
        fields.put("bytesSent", client.bytesSent());
        fields.put("bytesReceived", client.bytesReceived());
        fields.put("waitingBytes", client.waitingBytes());
        return fields;
    }

    private static Map<String, Object> service(ServiceSnapshot service) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", service.id());
        fields.put("owner", service.owner());
        fields.put("type", service.type());
        fields.put("visibility", service.visibility().word());
        return fields;
    }

    private static Map<String, Object> rest(HyphaSnapshot.Rest rest) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("workspaces", (long) rest.workspaces());
        fields.put("clients", (long) rest.clients());
        fields.put("services", (long) rest.services());
        return fields;
    }
}
