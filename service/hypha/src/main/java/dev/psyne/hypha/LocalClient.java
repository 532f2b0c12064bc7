package dev.psyne.hypha;

import dev.psyne.hypha.internal.call.CallOptions;
import dev.psyne.hypha.internal.call.Endpoint;
import dev.psyne.hypha.internal.manager.Caller;
import dev.psyne.hypha.internal.manager.ServerParts;
import dev.psyne.hypha.internal.router.LocalParticipant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client of a {@link HyphaServer} in the same process: it offers services and calls those of others as one that is
 * connected does. Any thread may call. Values are as {@link RemoteMethod} gives them.
 */
public final class LocalClient implements AutoCloseable {
    private static final String MANAGER_SERVICE = "services.default.";
    private static final int NORMAL = 1000;

    private final ServerParts parts;
    private final LocalParticipant participant;
    private volatile boolean announced;

    LocalClient(ServerParts parts, LocalParticipant participant) {
        this.parts = parts;
        this.participant = participant;
    }

    /** Where others reach it, {@code workspace/client}. */
    public String address() {
        return participant.address().toString();
    }

    /** Its calls and services. */
    public Endpoint endpoint() {
        return participant.endpoint();
    }

    /**
     * Offers a service to others, until this is closed.
     *
     * @throws HyphaException if the user of this client may not register services in its workspace
     */
    public void register(HyphaService service) {
        Caller caller = new Caller(participant.address(), participant.user(), parts.workspaces());
        if (!caller.allows(caller.workspace(), Permission.READ_WRITE)) {
            throw new HyphaException("PermissionError: Permission denied: no services may be registered in workspace "
                    + caller.workspace());
        }
        announced = true;
        parts.manager().offer(participant, service, caller);
    }

    /** Calls a method of the manager's service {@code default}, as {@code get_service} or {@code list_services}. */
    public CompletableFuture<@Nullable Object> manager(String method, List<?> arguments, Map<String, ?> keywords) {
        return endpoint()
                .call(
                        parts.manager().participant().address().toString(),
                        MANAGER_SERVICE + method,
                        arguments,
                        keywords,
                        CallOptions.STANDARD);
    }

    /** Leaves: its services are gone, its calls fail. Closing again does nothing. */
    @Override
    public void close() {
        if (parts.router().leave(participant)) {
            participant.close(NORMAL, "the client has left");
            if (announced) {
                parts.manager().left(participant.address(), "it has left");
            }
        }
    }
}
