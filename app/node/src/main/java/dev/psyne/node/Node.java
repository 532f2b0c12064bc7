package dev.psyne.node;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.Channels;
import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpServer;
import dev.psyne.rpc.RpcServer;
import dev.psyne.telemetry.Meters;
import dev.psyne.vlm.LoadListener;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running node: one scheduler, one set of channels, some models, one public port. Closing it stops the port first,
 * then what stands behind it.
 */
final class Node implements AutoCloseable {
    private final Scheduler scheduler;
    private final NodeMeters meters;
    private final Channels channels;
    private final ServedModels models;
    private final HttpServer server;
    private final HyphaPort hypha;
    private final RpcPort rpc;
    private final MeterUpdates updates;

    private Node(
            Scheduler scheduler,
            NodeMeters meters,
            Channels channels,
            ServedModels models,
            HttpServer server,
            HyphaPort hypha,
            RpcPort rpc,
            MeterUpdates updates) {
        this.scheduler = scheduler;
        this.meters = meters;
        this.channels = channels;
        this.models = models;
        this.server = server;
        this.hypha = hypha;
        this.rpc = rpc;
        this.updates = updates;
    }

    /** What callers reach. */
    private record Ports(HttpServer server, HyphaPort hypha, RpcPort rpc) {}

    /** A node whose secrets end with it. */
    static Node start(NodeOptions options) {
        return start(options, HyphaOptions.passing(), List.of());
    }

    /** A node that speaks psyne.v2 at these addresses as well. */
    static Node start(NodeOptions options, HyphaOptions hyphaOptions, List<String> rpcAddresses) {
        Scheduler scheduler = Scheduler.create(options.workers());
        NodeMeters shared = NodeMeters.create(ChannelDirectory.standard());
        Meters meters = shared.meters();
        Channels channels = new Channels(meters);
        MeterUpdates updates = new MeterUpdates();
        try {
            ServedModels models = new ServedModels(options.models(), scheduler, options.memory());
            Ports ports = serve(options, hyphaOptions, rpcAddresses, scheduler, shared, channels, models, updates);
            models.loadFirst();
            return new Node(scheduler, shared, channels, models, ports.server(), ports.hypha(), ports.rpc(), updates);
        } catch (RuntimeException e) {
            updates.close();
            scheduler.close();
            channels.close();
            shared.close();
            throw e;
        }
    }

    private static Ports serve(
            NodeOptions options,
            HyphaOptions hyphaOptions,
            List<String> rpcAddresses,
            Scheduler scheduler,
            NodeMeters shared,
            Channels channels,
            ServedModels models,
            MeterUpdates updates) {
        ByteBudget budget = new ByteBudget(options.limits().budgetBytes());
        Vision vision = new Vision(models, scheduler, channels, budget, options.limits(), options.taught());
        CompletableFuture<HttpServer> running = new CompletableFuture<>();
        HyphaPort hypha = HyphaPort.of(
                hyphaOptions,
                options.token(),
                scheduler,
                vision,
                budget,
                () -> running.join().uri());
        NodeFigures figures = new NodeFigures(
                shared.meters(), scheduler, vision, hypha, () -> running.join().statistics());
        JsonMapper json = new JsonMapper();
        InstantSource clock = InstantSource.system();
        ModelCatalogue catalogue =
                new ModelCatalogue(json, models, clock.instant().getEpochSecond());
        HttpServer.Builder http = port(options, scheduler, budget)
                .route("GET", "/health", Node::health)
                .route("GET", "/metrics", exchange -> metrics(exchange, figures))
                .route("GET", "/v1/models", catalogue)
                .route("GET", "/v1/models/*", catalogue)
                .route("POST", "/v1/chat/completions", new ChatCompletions(json, vision, budget, clock))
                .route("GET", Connections.PATH, new Connections(json, hypha))
                .route("GET", "/*", new PageFiles())
                .webSocket(
                        RpcEndpoint.PATH,
                        RpcEndpoint.SUBPROTOCOL,
                        new RpcEndpoint(rpc(scheduler, vision, figures, hypha)));
        hypha.attach(http);
        RpcPort rpc = hypha.closedUnless(() -> RpcPort.of(
                rpcAddresses, options.token(), scheduler, vision, budget, new RpcFigures(figures, scheduler, hypha)));
        rpc.attach(http);
        HttpServer server = hypha.closedUnless(() -> rpc.closedUnless(http::start));
        running.complete(server);
        scheduler.spawn(() -> updates.run(() -> update(figures, scheduler, shared)));
        return new Ports(server, hypha, rpc);
    }

    private static HttpServer.Builder port(NodeOptions options, Scheduler scheduler, ByteBudget budget) {
        HttpServer.Builder http = HttpServer.builder()
                .host(options.host())
                .port(options.port())
                .insecure(options.insecure())
                .scheduler(scheduler)
                .budget(budget)
                .limits(options.limits().http())
                .publicPath("/")
                .publicPath("/workers")
                .publicPath("/connections")
                .publicPath("/health")
                .publicPath("/assets/*");
        options.token().ifPresent(http::token);
        options.certificate()
                .ifPresent(certificate -> http.tls(certificate, options.key().orElseThrow()));
        return http;
    }

    private static RpcServer rpc(Scheduler scheduler, Vision vision, NodeFigures figures, HyphaPort hypha) {
        return new TaughtMethods(vision.taught())
                .addTo(RpcServer.builder())
                .scheduler(scheduler)
                .method("vision.ask", new VisionMethod(vision))
                .method("node.watch", new WatchMethod(figures))
                .method("node.workers", new WorkersMethod(scheduler))
                .method("node.connections", new ConnectionsMethod(hypha))
                .node("psyne " + Version.current())
                .build();
    }

    private static void update(NodeFigures figures, Scheduler scheduler, NodeMeters shared) {
        figures.update();
        scheduler.lastPinned().ifPresent(shared::show);
    }

    private static void health(HttpExchange exchange) {
        exchange.respond(200, "application/json", "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8));
    }

    private static void metrics(HttpExchange exchange, NodeFigures figures) {
        byte[] text = figures.prometheus().getBytes(StandardCharsets.UTF_8);
        exchange.respond(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    /** Why {@code psyne stat} does not see this node, if it does not. */
    Optional<String> whyUnseen() {
        return meters.whyUnseen();
    }

    /** Waits until the first model is loaded; why it cannot be, if it cannot. See {@link ServedModels#firstProblem}. */
    Optional<String> modelProblem(LoadListener listener) throws InterruptedException {
        return models.firstProblem(listener);
    }

    /** Where psyne.v2 is spoken. */
    List<String> rpcAddresses() {
        return rpc.addresses();
    }

    URI uri() {
        return server.uri();
    }

    @Override
    public void close() {
        server.close();
        rpc.close();
        hypha.close();
        updates.close();
        models.close();
        scheduler.close();
        channels.close();
        meters.close();
    }
}
