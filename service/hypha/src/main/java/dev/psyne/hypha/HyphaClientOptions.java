package dev.psyne.hypha;

import dev.psyne.fiber.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link HyphaClient} connects.
 *
 * @param server {@code http://host:port} or {@code https://host:port}
 * @param clientId its name in the workspace; null for a random one
 * @param workspace null for the token's, or an own one without a token
 * @param token of {@code generate_token}; null for an anonymous user
 * @param scheduler runs the calls of others; null for one that the client makes and closes
 * @param timeout for the connection to be made, and for the server's own calls
 * @param reconnect whether a lost connection is made again, its services registered again
 */
public record HyphaClientOptions(
        URI server,
        @Nullable String clientId,
        @Nullable String workspace,
        @Nullable String token,
        @Nullable Scheduler scheduler,
        Duration timeout,
        boolean reconnect) {
    /** For a connection, and for calls of the server, unless another time is given. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Refuses an address that is no http or https. */
    public HyphaClientOptions {
        Objects.requireNonNull(server);
        String scheme = server.getScheme();
        if (server.getHost() == null || !"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException("a server is http://host:port or https://host:port, not " + server);
        }
        if (clientId != null && (clientId.isEmpty() || clientId.indexOf('/') >= 0)) {
            throw new IllegalArgumentException("a client's id is not empty and has no slash: '" + clientId + "'");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a connection needs some time, not " + timeout);
        }
    }

    /** An anonymous user with a random name, who comes back when the connection is lost. */
    public static HyphaClientOptions to(URI server) {
        return new HyphaClientOptions(server, null, null, null, null, DEFAULT_TIMEOUT, true);
    }

    /** With a name. */
    public HyphaClientOptions clientId(String name) {
        return new HyphaClientOptions(server, name, workspace, token, scheduler, timeout, reconnect);
    }

    /** In a workspace. */
    public HyphaClientOptions workspace(String name) {
        return new HyphaClientOptions(server, clientId, name, token, scheduler, timeout, reconnect);
    }

    /** With a token. */
    public HyphaClientOptions token(String text) {
        return new HyphaClientOptions(server, clientId, workspace, text, scheduler, timeout, reconnect);
    }

    /** With a scheduler, which stays open. */
    public HyphaClientOptions scheduler(Scheduler jobs) {
        return new HyphaClientOptions(server, clientId, workspace, token, jobs, timeout, reconnect);
    }

    /** With another time out. */
    public HyphaClientOptions timeout(Duration time) {
        return new HyphaClientOptions(server, clientId, workspace, token, scheduler, time, reconnect);
    }

    /** Whether to come back when the connection is lost. */
    public HyphaClientOptions reconnect(boolean again) {
        return new HyphaClientOptions(server, clientId, workspace, token, scheduler, timeout, again);
    }

    /** Where the WebSocket is. */
    URI webSocket() {
        String scheme = "https".equals(server.getScheme()) ? "wss" : "ws";
        String port = server.getPort() < 0 ? "" : ":" + server.getPort();
        return URI.create(scheme + "://" + server.getHost() + port + "/ws");
    }
}
