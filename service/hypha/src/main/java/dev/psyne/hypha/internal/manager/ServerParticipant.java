package dev.psyne.hypha.internal.manager;

import dev.psyne.fiber.Priority;
import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.LocalParticipant;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import dev.psyne.hypha.internal.session.ClientEvents;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The server's own participant {@code *}{@code /ID}: offers {@code default}, the registry of all services, and
 * {@code public/hypha-login}; tells the others when a client has gone.
 */
public final class ServerParticipant implements ClientEvents {
    private static final Duration PING_PATIENCE = Duration.ofSeconds(5);
    private static final String LOGIN_CLIENT = "login-client";

    private final Router router;
    private final Registry registry;
    private final LocalParticipant participant;
    private final WorkspaceMethods workspaceMethods;
    private final Pings pings;

    /** Joins the router under {@code id}. */
    public ServerParticipant(
            String id,
            Router router,
            HyphaLimits limits,
            Tokens tokens,
            Workspaces workspaces,
            Scheduler scheduler,
            Supplier<String> url,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.router = router;
        this.registry = new Registry(limits, router);
        Address address = new Address(Router.SERVER, id);
        this.participant =
                new LocalParticipant(address, User.root(), router, scheduler, Priority.HIGH, limits, nanoClock);
        this.workspaceMethods = new WorkspaceMethods(workspaces, router, registry);
        this.pings = new Pings(participant.endpoint());
        Callers callers = new Callers(router, workspaces);
        MethodTable table = new MethodTable();
        new ServiceMethods(registry, router, participant, url).addTo(table);
        new TokenMethods(tokens).addTo(table);
        new ClientMethods(router, callers, pings).addTo(table);
        workspaceMethods.addTo(table);
        participant.endpoint().serve(table.build(callers));
        router.manager(participant);
        Address login = new Address(Workspaces.PUBLIC, LOGIN_CLIENT);
        LocalParticipant clerk =
                new LocalParticipant(login, User.root(), router, scheduler, Priority.HIGH, limits, nanoClock);
        router.join(clerk);
        offer(clerk, new LoginService(tokens, clock, url).service(), new Caller(login, clerk.user(), workspaces));
    }

    /** The services of all clients. */
    public Registry registry() {
        return registry;
    }

    /** The manager among the participants. */
    public LocalParticipant participant() {
        return participant;
    }

    /** Serves and registers a service of a part of this process. */
    public void offer(LocalParticipant owner, HyphaService service, Caller caller) {
        owner.endpoint().serve(service);
        Address address = owner.address();
        ServiceDescription description =
                ServiceDescription.of(service.info(address.workspace(), address.client()), caller);
        registry.put(address, description);
    }

    @Override
    public boolean answersPing(Address client) {
        return pings.answers(client, PING_PATIENCE);
    }

    @Override
    public void left(Address client, String reason) {
        registry.removeAll(client);
        router.forEach(one -> tell(one, client, reason));
        if (router.isInhabited(client.workspace())) {
            router.broadcast(
                    participant,
                    client.workspace(),
                    "client_disconnected",
                    Map.of("id", client.client(), "workspace", client.workspace()));
        } else {
            workspaceMethods.abandoned(client.workspace());
        }
    }

    private static void tell(Participant one, Address client, String reason) {
        if (one instanceof LocalParticipant local) {
            local.endpoint().peerLost(client.toString(), "Client disconnected: " + client + ", " + reason);
        }
    }
}
