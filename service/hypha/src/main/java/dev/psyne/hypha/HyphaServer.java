package dev.psyne.hypha;

import dev.psyne.fiber.Priority;
import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.internal.http.HttpRoutes;
import dev.psyne.hypha.internal.identity.TokenException;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.manager.Census;
import dev.psyne.hypha.internal.manager.ServerParticipant;
import dev.psyne.hypha.internal.manager.ServerParts;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.LocalParticipant;
import dev.psyne.hypha.internal.router.Router;
import dev.psyne.hypha.internal.session.Greeting;
import dev.psyne.hypha.internal.session.Rules;
import dev.psyne.hypha.internal.session.Sessions;
import dev.psyne.net.HttpServer;
import dev.psyne.net.WebSocketHandler;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server for hypha-rpc's unmodified clients: they connect to {@code /ws} of the HTTP server it is attached to, register
 * services in workspaces and call each other through it.
 *
 * <pre>{@code
 * HyphaServer hypha = HyphaServer.builder()
 *         .scheduler(scheduler)
 *         .secret(HyphaSecret.in(dataDirectory))
 *         .publicUrl(() -> http.uri())
 *         .build();
 * http = hypha.attach(HttpServer.builder().scheduler(scheduler)).start();
 * }</pre>
 *
 * <p>Close it after the HTTP server and before the scheduler. Any thread may call.
 */
public final class HyphaServer implements AutoCloseable {
    /** Where clients connect. */
    public static final String WEB_SOCKET_PATH = "/ws";

    private static final String VISITOR = "visitor";

    private final ServerParts parts;

    private HyphaServer(ServerParts parts) {
        this.parts = parts;
    }

    /** A scheduler, a secret and the public URL must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /** Adds the paths of this server to an HTTP server that is about to be started. */
    public HttpServer.Builder attach(HttpServer.Builder http) {
        HttpRoutes.attach(
                http,
                webSocket(),
                new LocalGuests(this),
                parts.sessions().version(),
                parts.limits().httpCalls());
        return http.webSocket(WEB_SOCKET_PATH, webSocket()).publicPath(WEB_SOCKET_PATH);
    }

    /** Takes the connections of clients, over whatever carries them. */
    public WebSocketHandler webSocket() {
        return parts.sessions();
    }

    /**
     * Lets a part of this process be a client.
     *
     * @param workspace where it is; {@code public} for services that everybody may call
     * @param clientId its name there
     * @param user with whose rights
     * @throws IllegalArgumentException for a name that cannot be part of an address
     * @throws IllegalStateException if there is a client of this name
     */
    public LocalClient join(String workspace, String clientId, User user) {
        Address.requireName("workspace", workspace);
        Address address = new Address(workspace, Address.requireName("client_id", clientId));
        LocalParticipant participant = new LocalParticipant(
                address, user, parts.router(), parts.scheduler(), Priority.NORMAL, parts.limits(), parts.nanoClock());
        if (!parts.router().joinNew(participant)) {
            throw new IllegalStateException("there is a client " + address + " already");
        }
        return new LocalClient(parts, participant);
    }

    /**
     * Whom a token stands for.
     *
     * @throws IllegalArgumentException if it gives no rights; the message says why
     */
    public User verify(String token) {
        try {
            return parts.tokens().read(token);
        } catch (TokenException bad) {
            throw new IllegalArgumentException(bad.getMessage(), bad);
        }
    }

    /** What has happened and what there is, at about this moment. */
    public HyphaStatistics statistics() {
        Router router = parts.router();
        return new HyphaStatistics(
                parts.sessions().connected(),
                router.workspaces().size(),
                parts.manager().registry().count(),
                router.frames(),
                router.calls(),
                router.bytes(),
                router.refusals(),
                parts.sessions().waitingBytes());
    }

    /**
     * Who looks on without being a client: whoever a token stands for, or somebody unknown.
     *
     * @throws IllegalArgumentException if the token gives no rights, or there is none and one is wanted; the message says why
     */
    public User visitor(Optional<String> token) {
        return parts.sessions().guest(token.orElse(null), VISITOR);
    }

    /**
     * Who is there and what they offer, as far as {@code viewer} may see it: clients of the workspaces that the viewer may
     * enter, and the services that a list of the directory gives, unlisted ones to admins of their workspace alone.
     * {@link User#root} sees all. Takes time in proportion to what there is, and holds nothing up.
     */
    public HyphaSnapshot snapshot(User viewer) {
        return new Census(parts, viewer).take(statistics());
    }

    /** What the server consists of. */
    ServerParts parts() {
        return parts;
    }

    /** Ends every connection and takes no more. */
    @Override
    public void close() {
        parts.sessions().close();
    }

    /** Gathers what a server needs. */
    public static final class Builder {
        private static final int ID_BYTES = 8;

        private HyphaLimits limits = HyphaLimits.standard();
        private String version = "psyne";
        private boolean anonymous = true;
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanoClock = System::nanoTime;
        private @Nullable String ownerToken;
        private @Nullable Scheduler scheduler;
        private @Nullable HyphaSecret secret;
        private @Nullable Supplier<URI> publicUrl;

        private Builder() {}

        /** Where calls of the server's own services run, and the looking after clients. */
        public Builder scheduler(Scheduler jobs) {
            scheduler = Objects.requireNonNull(jobs);
            return this;
        }

        /** Signs tokens. */
        public Builder secret(HyphaSecret key) {
            secret = Objects.requireNonNull(key);
            return this;
        }

        /** Where clients reach the server; asked when the first one comes. */
        public Builder publicUrl(Supplier<URI> url) {
            publicUrl = Objects.requireNonNull(url);
            return this;
        }

        /** What clients may ask for; {@link HyphaLimits#standard} unless given. */
        public Builder limits(HyphaLimits most) {
            limits = Objects.requireNonNull(most);
            return this;
        }

        /** The version that clients are told. */
        public Builder version(String text) {
            version = Objects.requireNonNull(text);
            return this;
        }

        /** Whether clients may come without a token; they may unless this says no. */
        public Builder anonymous(boolean allowed) {
            anonymous = allowed;
            return this;
        }

        /** A token that makes its bearer the user {@code owner}, admin of the workspace {@code ws-user-owner}. */
        public Builder ownerToken(String token) {
            if (token.isBlank()) {
                throw new IllegalArgumentException("the owner's token is blank");
            }
            ownerToken = token;
            return this;
        }

        /** The clock of tokens; the system's unless given. */
        public Builder clock(InstantSource source) {
            clock = Objects.requireNonNull(source);
            return this;
        }

        /** The clock of everything that waits. */
        Builder nanoClock(LongSupplier nanos) {
            nanoClock = nanos;
            return this;
        }

        /**
         * The server.
         *
         * @throws IllegalStateException without a scheduler, a secret or a public URL
         */
        public HyphaServer build() {
            Scheduler jobs = scheduler;
            HyphaSecret key = secret;
            Supplier<URI> url = publicUrl;
            if (jobs == null || key == null || url == null) {
                throw new IllegalStateException("a HyphaServer needs a scheduler, a secret and its public URL");
            }
            Router router = new Router();
            Tokens tokens = new Tokens(key, clock);
            Workspaces workspaces = new Workspaces(limits.workspacesPerUser());
            Greeting greeting = new Greeting(version, managerId(), url);
            Rules rules = new Rules(tokens, workspaces, limits, anonymous, ownerToken, clock, nanoClock);
            ServerParticipant manager = new ServerParticipant(
                    greeting.managerId(), router, limits, tokens, workspaces, jobs, greeting::url, clock, nanoClock);
            Sessions sessions = new Sessions(router, jobs, rules, greeting, manager);
            sessions.start();
            return new HyphaServer(new ServerParts(
                    jobs, limits, tokens, workspaces, router, manager, sessions, greeting::url, clock, nanoClock));
        }

        private static String managerId() {
            byte[] id = new byte[ID_BYTES];
            new SecureRandom().nextBytes(id);
            return "mgr-" + HexFormat.of().formatHex(id);
        }
    }
}
