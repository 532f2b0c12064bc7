package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that are clients of a node, or of a hypha server. */
final class ServiceAccess {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://" + NodeOptions.DEFAULT_HOST + ":" + NodeOptions.DEFAULT_PORT,
            description = "The node, http://host:port, tcp://host:port or unix:/path (${DEFAULT-VALUE}).")
    private String url = "";

    @Option(names = "--token", description = "The node's own; with --hypha also one of generate_token.")
    private @Nullable String token;

    @Option(names = "--hypha", description = "Speaks hypha-rpc's protocol, to a node or another server of hypha.")
    private boolean hypha;

    @Option(
            names = "--workspace",
            paramLabel = "NAME",
            description = "With --hypha: to enter; the token's own without it.")
    private @Nullable String workspace;

    /** Whether hypha's protocol is to be spoken. */
    boolean isHypha() {
        if (workspace != null && !hypha) {
            throw new IllegalArgumentException("--workspace is one of hypha's: give --hypha as well");
        }
        return hypha;
    }

    HyphaClient hypha() {
        HyphaClientOptions options = HyphaClientOptions.to(URI.create(url)).reconnect(false);
        options = token == null ? options : options.token(token);
        return HyphaClient.connect(workspace == null ? options : options.workspace(workspace));
    }

    NodeClient node() {
        return NodeClient.connect(url, token);
    }
}
