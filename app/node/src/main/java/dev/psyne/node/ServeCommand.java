package dev.psyne.node;

import dev.psyne.vlm.ModelOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code psyne serve}: starts a node, prints its URL as the first line and runs until it is told to stop. */
@Command(name = "serve", description = "Starts a node and prints its URL.", sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Option(
            names = "--host",
            defaultValue = NodeOptions.DEFAULT_HOST,
            description = "Address to bind (${DEFAULT-VALUE}).")
    private String host = NodeOptions.DEFAULT_HOST;

    @Option(
            names = "--port",
            defaultValue = "" + NodeOptions.DEFAULT_PORT,
            description = "TCP port, 0 for a free one (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--token", description = "Bearer token that callers must show.")
    private @Nullable String token;

    @Option(names = "--certificate", description = "PEM certificate chain for TLS.")
    private @Nullable Path certificate;

    @Option(names = "--key", description = "PEM private key for TLS.")
    private @Nullable Path key;

    @Option(names = "--insecure", description = "Serve other machines without token and TLS.")
    private boolean insecure;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH",
            description = "A model to serve, again for another; the embedded one without it.")
    private List<String> models = List.of();

    @Option(names = "--threads", description = "Threads that compute; as many as there are processors without it.")
    private @Nullable Integer threads;

    @Option(
            names = "--context-tokens",
            defaultValue = "" + ModelOptions.DEFAULT_CONTEXT_TOKENS,
            description = "Longest question and answer together (${DEFAULT-VALUE}).")
    private int contextTokens;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "For all models together, such as 2G; to load one, those idle longest are unloaded.")
    private @Nullable Long memoryBudget;

    @Option(
            names = "--small",
            description =
                    "The embedded model in little memory: one question at a time, pictures of up to 2 megapixels.")
    private boolean small;

    @Option(
            names = "--hypha-limit",
            paramLabel = "NAME=NUMBER",
            description = "What hypha's clients may ask for, such as clients=100, again for another.")
    private Map<String, Long> hyphaLimits = Map.of();

    @Option(
            names = "--rpc",
            paramLabel = "ADDRESS",
            description = "Speaks psyne.v2 there, tcp://host:port or unix:/path, again for another.")
    private List<String> rpc = List.of();

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ServeCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireAlone();
        NodeOptions options = new NodeOptions(
                host,
                port,
                Optional.ofNullable(token),
                Optional.ofNullable(certificate),
                Optional.ofNullable(key),
                insecure,
                models.isEmpty()
                        ? List.of(ModelSource.embedded())
                        : models.stream()
                                .map(name -> ModelSource.of(name, store))
                                .toList(),
                memory(),
                workers(),
                small ? NodeLimits.small() : NodeLimits.standard(),
                Optional.of(store.taught()));
        CountDownLatch stopped = new CountDownLatch(1);
        Node node = Node.start(options, HyphaOptions.of(System.getenv(), hyphaLimits), rpc);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            node.close();
            stopped.countDown();
        }));
        terminal.out()
                .println(
                        token == null
                                ? node.uri()
                                : node.uri().resolve("/?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)));
        node.rpcAddresses().forEach(terminal.out()::println);
        terminal.out().flush();
        node.whyUnseen().ifPresent(why -> terminal.error("'psyne stat' will not see this node: " + why));
        terminal.progress("psyne: open the page, drop an image, ask. Ctrl-C stops the node.");
        Optional<String> problem = node.modelProblem(progress -> ModelReport.progress(terminal, progress));
        terminal.passed();
        problem.ifPresent(why -> terminal.error("the model cannot be asked: " + why));
        stopped.await();
        return ExitCode.DONE;
    }

    /** The preset says what these options would. */
    private void requireAlone() {
        if (!small) {
            return;
        }
        for (String other : List.of("--model", "--threads", "--context-tokens", "--memory-budget")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(other)) {
                throw new IllegalArgumentException("--small serves the embedded model with one thread and does not go"
                        + " with " + other + "; leave one of them out");
            }
        }
    }

    private ModelMemory memory() {
        if (small) {
            return ModelMemory.small();
        }
        return new ModelMemory(memoryBudget == null ? ModelMemory.UNLIMITED : memoryBudget, contextTokens);
    }

    private int workers() {
        if (small) {
            return 1;
        }
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
