package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaServer;
import dev.psyne.hypha.HyphaSnapshot;
import dev.psyne.hypha.HyphaStatistics;
import dev.psyne.hypha.LocalClient;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import dev.psyne.memory.ByteBudget;
import dev.psyne.net.HttpServer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** hypha's server on the node's port, with the node's models as the public service {@code vision}. */
final class HyphaPort implements AutoCloseable {
    private static final String WORKSPACE = "public";
    private static final String CLIENT = "psyne";

    private final HyphaServer server;
    private final LocalClient node;
    private final boolean asksToken;

    private HyphaPort(HyphaServer server, LocalClient node, boolean asksToken) {
        this.server = server;
        this.node = node;
        this.asksToken = asksToken;
    }

    /**
     * The server, before the port is open.
     *
     * @param token the node's own, if callers need one: its bearer is the owner, and nobody comes without a token
     * @param url where the node is reached; asked when it is
     */
    static HyphaPort of(
            HyphaOptions options,
            Optional<String> token,
            Scheduler scheduler,
            Vision vision,
            ByteBudget budget,
            Supplier<URI> url) {
        HyphaServer.Builder builder = HyphaServer.builder()
                .scheduler(scheduler)
                .secret(options.secret())
                .limits(options.limits())
                .version(Version.current())
                .anonymous(token.isEmpty())
                .publicUrl(url);
        token.ifPresent(builder::ownerToken);
        HyphaServer server = builder.build();
        Scope scope = Scope.of(WORKSPACE, Permission.ADMIN);
        LocalClient node = server.join(WORKSPACE, CLIENT, new User(CLIENT, List.of("node"), false, null, scope, null));
        node.register(new VisionService(vision, scheduler, budget).service());
        return new HyphaPort(server, node, token.isPresent());
    }

    /** Adds hypha's paths. */
    void attach(HttpServer.Builder http) {
        server.attach(http);
    }

    /** Starts what this is attached to; if that cannot be, closes this. */
    <T> T closedUnless(Supplier<T> start) {
        boolean started = false;
        try {
            T running = start.get();
            started = true;
            return running;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    HyphaStatistics statistics() {
        return server.statistics();
    }

    /**
     * Who is there, for somebody who has been let in to the node. Where the node asks for its token that is its owner, who
     * sees all; else it is whoever {@code token} stands for.
     *
     * @throws UnknownVisitorException if the token stands for nobody
     */
    HyphaSnapshot snapshot(Optional<String> token) {
        if (asksToken) {
            return server.snapshot(User.root());
        }
        try {
            return server.snapshot(server.visitor(token));
        } catch (IllegalArgumentException refused) {
            throw new UnknownVisitorException("The token is not one of this node's: " + refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
        node.close();
        server.close();
    }
}
