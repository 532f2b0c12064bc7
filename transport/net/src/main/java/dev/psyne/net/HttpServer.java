package dev.psyne.net;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1, server-sent events and WebSocket on one port.
 *
 * <pre>{@code
 * try (HttpServer server = HttpServer.builder()
 *         .scheduler(scheduler)
 *         .route("GET", "/health", exchange -> exchange.respond(200, "text/plain", "ok".getBytes(UTF_8)))
 *         .start()) {
 *     open(server.uri());
 * }
 * }</pre>
 *
 * <p>An event loop for two processors reads and writes; handlers and listeners, what a listener takes at once excepted, run as
 * jobs on the scheduler, which stays the caller's. Bodies
 * and messages lie in memory taken from the byte budget. Every bound is in {@link HttpLimits}. Who may call is decided by
 * host, origin and token before a body is read; no page of another origin is ever let in, so there are no CORS headers. What
 * the server answers itself is JSON: <code>{"error":{"message":…,"type":…,"code":…}}</code>.
 */
public final class HttpServer implements AutoCloseable {
    private final NettyServer server;
    private final URI uri;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(NettyServer server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Where clients on this machine reach the server: its scheme, a host and the port, without a path. */
    public URI uri() {
        return uri;
    }

    public int port() {
        return server.port();
    }

    public ServerStatistics statistics() {
        return server.statistics();
    }

    /**
     * Stops: takes no connection any more, ends idle ones, closes WebSockets with 1001, gives exchanges a few seconds to end
     * and then closes their connections. Not to be called from a handler. Closing again does nothing.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.stop();
        }
    }

    /** How a server is to be; used by one thread. Only the scheduler has to be given. */
    public static final class Builder {
        private static final long DEFAULT_BUDGET_BYTES = 128L << 20;
        private static final int MAX_PORT = 65_535;

        private final List<Router.Route> routes = new ArrayList<>();
        private final List<PathPattern> publicPaths = new ArrayList<>();
        private final Set<String> allowedNames = new HashSet<>();
        private String host = "127.0.0.1";
        private int port;
        private @Nullable TlsFiles tls;
        private @Nullable String token;
        private boolean insecure;
        private HttpLimits limits = HttpLimits.standard();
        private @Nullable ByteBudget budget;
        private @Nullable Scheduler scheduler;
        private Consumer<Throwable> failures = new FailureLog();

        private Builder() {}

        /** A name or a literal address of this machine; 127.0.0.1 unless given. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** 0, the default, lets the system choose. */
        public Builder port(int port) {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("a port lies in 0..65535: " + port);
            }
            this.port = port;
            return this;
        }

        /** Speaks TLS with a PEM certificate chain and its PKCS #8 PEM key. */
        public Builder tls(Path certificate, Path key) {
            tls = new TlsFiles(certificate, key);
            return this;
        }

        /** What every request outside the public paths must carry. */
        public Builder token(String token) {
            if (token.isBlank()) {
                throw new IllegalArgumentException("the token is blank");
            }
            this.token = token;
            return this;
        }

        /** Allows a host that others can reach without a token and TLS. */
        public Builder insecure(boolean insecure) {
            this.insecure = insecure;
            return this;
        }

        /** Another name this server goes by, such as the one its certificate carries. */
        public Builder allowedName(String name) {
            allowedNames.add(name);
            return this;
        }

        /** A path, or all below one as {@code /below/*}, that needs no token and is answered however long the queue is. */
        public Builder publicPath(String path) {
            publicPaths.add(PathPattern.of(path));
            return this;
        }

        public Builder limits(HttpLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Where the memory of bodies and messages is taken from; 128 MiB of the server's own unless given. */
        public Builder budget(ByteBudget budget) {
            this.budget = budget;
            return this;
        }

        /** Runs the handlers and listeners; must stay open longer than the server. */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /** Takes what handlers and listeners throw, on any thread; logged as an error of {@code dev.psyne.net} unless given. */
        public Builder onFailure(Consumer<Throwable> failures) {
            this.failures = failures;
            return this;
        }

        /**
         * Answers {@code method} at a path, or at all below one as {@code /below/*}; a star may stand for a segment too, as in
         * {@code /*&#47;services/*}. An exact path goes before a pattern, a later first star before an earlier one. GET
         * answers HEAD too.
         */
        public Builder route(String method, String path, HttpHandler handler) {
            routes.add(Router.Route.http(method, path, handler));
            return this;
        }

        /** Opens WebSockets at a path for clients that offer {@code subprotocol}; again for another of the same path. */
        public Builder webSocket(String path, String subprotocol, WebSocketHandler handler) {
            routes.add(Router.Route.webSocket(path, subprotocol, handler));
            return this;
        }

        /** Opens WebSockets at a path, whatever subprotocols a client offers; none is chosen. */
        public Builder webSocket(String path, WebSocketHandler handler) {
            routes.add(Router.Route.webSocket(path, null, handler));
            return this;
        }

        /**
         * Binds the port and serves.
         *
         * @throws UnprotectedHostException if others could reach the host and it lacks a token or TLS
         * @throws IllegalArgumentException for an unknown host, unreadable TLS files, or two handlers of one path
         * @throws java.io.UncheckedIOException if the port cannot be bound
         */
        public HttpServer start() {
            Scheduler jobs = scheduler;
            if (jobs == null) {
                throw new IllegalStateException("a server needs a scheduler to run its handlers");
            }
            NettyServer server = NettyServer.start(new ServerSettings(
                    host,
                    port,
                    tls,
                    token,
                    insecure,
                    limits,
                    budget == null ? new ByteBudget(DEFAULT_BUDGET_BYTES) : budget,
                    jobs,
                    Set.copyOf(allowedNames),
                    List.copyOf(publicPaths),
                    List.copyOf(routes),
                    failures));
            return new HttpServer(server, uri(server.port()));
        }

        private URI uri(int boundPort) {
            boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
            String reachable = everywhere ? "localhost" : host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return URI.create((tls == null ? "http://" : "https://") + reachable + ":" + boundPort);
        }
    }
}
