package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that are clients of a hypha server. */
final class HyphaAccess {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://" + NodeOptions.DEFAULT_HOST + ":" + NodeOptions.DEFAULT_PORT,
            description = "The node, or another server of hypha (${DEFAULT-VALUE}).")
    private URI url = URI.create("");

    @Option(names = "--token", description = "Of generate_token, or the node's own.")
    private @Nullable String token;

    @Option(names = "--workspace", paramLabel = "NAME", description = "To enter; the token's own without it.")
    private @Nullable String workspace;

    HyphaClient connect() {
        HyphaClientOptions options = HyphaClientOptions.to(url).reconnect(false);
        options = token == null ? options : options.token(token);
        return HyphaClient.connect(workspace == null ? options : options.workspace(workspace));
    }
}
