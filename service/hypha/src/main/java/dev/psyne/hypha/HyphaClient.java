package dev.psyne.hypha;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SchedulerExecutor;
import dev.psyne.hypha.internal.call.Answer;
import dev.psyne.hypha.internal.call.CallOptions;
import dev.psyne.hypha.internal.call.Endpoint;
import dev.psyne.hypha.internal.call.EndpointLimits;
import dev.psyne.hypha.internal.client.ServerConnection;
import dev.psyne.hypha.internal.wire.Frame;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client of a hypha server: registers services and calls those of others. A lost connection is made again with the
 * server's reconnection token, and the services are registered again; calls on their way then run into their time out,
 * those of the server itself fail at once. Any thread may use it; methods that wait let other fibers run.
 *
 * <pre>{@code
 * try (HyphaClient client = HyphaClient.connect(HyphaClientOptions.to(URI.create("http://127.0.0.1:9527")))) {
 *     client.register(HyphaService.builder("text")
 *             .method("upper", call -> call.string(0, "text").toUpperCase(Locale.ROOT))
 *             .build());
 *     Object loud = client.service("text").call("upper", "hello");
 * }
 * }</pre>
 */
public final class HyphaClient implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PING = Duration.ofSeconds(20);
    private static final Duration MAX_SILENCE = Duration.ofSeconds(60);
    private static final Duration REFRESH = Duration.ofHours(2);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final HyphaClientOptions options;
    private final String clientId;
    private final Scheduler scheduler;
    private final HttpClient http;
    private final Endpoint endpoint;
    private final String workspace;
    private volatile ServerConnection connection;
    private volatile String reconnectionToken;
    private volatile boolean closed;

    private HyphaClient(HyphaClientOptions options, Scheduler scheduler, HttpClient http) {
        this.options = options;
        this.scheduler = scheduler;
        this.clientId = options.clientId() != null
                ? options.clientId()
                : UUID.randomUUID().toString();
        SchedulerExecutor jobs = SchedulerExecutor.of(scheduler);
        this.http = http;
        Map<String, @Nullable Object> hello = hello(options.workspace(), options.token(), null);
        CompletableFuture<Endpoint> ready = new CompletableFuture<>();
        this.connection = ServerConnection.open(
                http,
                options.webSocket(),
                hello,
                options.timeout(),
                frame -> ready.thenAccept(to -> to.receive(frame)),
                this::text);
        Map<?, ?> welcome = connection.welcome();
        this.workspace = String.valueOf(welcome.get("workspace"));
        this.reconnectionToken = String.valueOf(welcome.get("reconnection_token"));
        this.endpoint =
                new Endpoint(workspace + "/" + clientId, this::send, jobs, System::nanoTime, EndpointLimits.standard());
        ready.complete(endpoint);
    }

    /**
     * Connects, and waits until the server knows the client.
     *
     * @throws HyphaException if there is no connection in the time that the options give, or the server refuses; the
     *     message says why
     */
    public static HyphaClient connect(HyphaClientOptions options) {
        Scheduler scheduler = options.scheduler() != null ? options.scheduler() : Scheduler.create(2);
        HttpClient http = HttpClient.newBuilder()
                .executor(SchedulerExecutor.of(scheduler))
                .build();
        HyphaClient client = null;
        try {
            client = new HyphaClient(options, scheduler, http);
            client.begin();
            return client;
        } catch (RuntimeException e) {
            if (client != null) {
                client.close();
            } else {
                http.shutdownNow();
                if (options.scheduler() == null) {
                    scheduler.close();
                }
            }
            throw e;
        }
    }

    /** The workspace it is in. */
    public String workspace() {
        return workspace;
    }

    /** Its name in the workspace. */
    public String clientId() {
        return clientId;
    }

    /** Whether there is a connection now. */
    public boolean connected() {
        return !closed && !connection.ended().isDone();
    }

    /**
     * Offers a service and tells the server of it.
     *
     * @throws IllegalStateException if this client has a service of this id
     * @throws HyphaException if the server refuses it
     */
    public void register(HyphaService service) {
        endpoint.serve(service);
        try {
            announce(service);
        } catch (HyphaException e) {
            boolean _ = endpoint.withdraw(service.id());
            throw e;
        }
    }

    /**
     * Ends a service.
     *
     * @throws HyphaException if the server does not know it
     */
    public void unregister(String serviceId) {
        if (!endpoint.withdraw(serviceId)) {
            throw new IllegalArgumentException("this client has no service '" + serviceId + "'");
        }
        Object _ = manager("unregister_service", List.of(serviceId), Map.of());
    }

    /**
     * Finds a service.
     *
     * @param id {@code service}, {@code client:service} or {@code workspace/client:service}
     * @throws HyphaException if there is none, or it is not for this client
     */
    public RemoteService service(String id) {
        return new RemoteService(manager("get_service", List.of(id), Map.of()));
    }

    /** Calls a method of the server's own: {@code list_services}, {@code generate_token} and so on. */
    public @Nullable Object manager(String method, List<?> arguments, Map<String, ?> keywords) {
        String manager = "*/" + connection.welcome().get("manager_id");
        CallOptions call = CallOptions.STANDARD.silence(options.timeout());
        return Answer.await(endpoint.call(manager, "services.default." + method, arguments, keywords, call));
    }

    /** Ends the connection, all calls, and the scheduler if the client has made it. */
    @Override
    public void close() {
        end("the client is closed");
        if (options.scheduler() == null) {
            scheduler.close();
        }
    }

    /** Ends all but the scheduler, whose own jobs may do this. */
    private void end(String reason) {
        closed = true;
        endpoint.close(reason);
        connection.close();
        http.shutdownNow();
    }

    private void begin() {
        endpoint.on("client_disconnected", this::peerLost);
        endpoint.on("force-exit", main -> {
            if (fromServer(main)) {
                end("the server has ended the connection");
            }
        });
        announceAll();
        scheduler.spawn(this::keepAlive);
    }

    private void announceAll() {
        endpoint.services().forEach(this::announce);
        Object _ = manager("subscribe", List.of(List.of("client_disconnected")), Map.of());
    }

    private void announce(HyphaService service) {
        Object _ = manager("register_service", List.of(service.info(workspace, clientId)), Map.of());
    }

    private void send(Frame frame) {
        connection.send(frame);
    }

    private Map<String, @Nullable Object> hello(
            @Nullable String inWorkspace, @Nullable String token, @Nullable String again) {
        Map<String, @Nullable Object> hello = new LinkedHashMap<>();
        hello.put("client_id", clientId);
        hello.put("workspace", inWorkspace);
        hello.put("token", token);
        hello.put("reconnection_token", again);
        return hello;
    }

    private void text(Map<?, ?> message) {
        if ("reconnection_token".equals(message.get("type"))
                && message.get("reconnection_token") instanceof String token) {
            reconnectionToken = token;
        }
    }

    private void peerLost(Map<String, @Nullable Object> main) {
        if (fromServer(main) && main.get("data") instanceof Map<?, ?> data) {
            String peer = data.get("workspace") + "/" + data.get("id");
            endpoint.peerLost(peer, "Client disconnected: " + peer);
        }
    }

    private static boolean fromServer(Map<String, @Nullable Object> main) {
        return !(main.get("from") instanceof String from) || from.startsWith("*/");
    }

    /** Runs as one job as long as the client is open. */
    private void keepAlive() {
        try {
            long pinged = System.nanoTime();
            long refreshed = pinged;
            while (!closed) {
                Thread.sleep(TICK);
                endpoint.tick();
                if (connection.silence().compareTo(MAX_SILENCE) > 0) {
                    connection.close();
                }
                if (connection.ended().isDone() && !closed) {
                    lost(connection.ended().join());
                }
                long now = System.nanoTime();
                if (now - pinged > PING.toNanos() && tell("ping")) {
                    pinged = now;
                }
                if (now - refreshed > REFRESH.toNanos() && tell("refresh_token")) {
                    refreshed = now;
                }
            }
        } catch (InterruptedException e) {
            end("the client's scheduler was closed");
            Thread.currentThread().interrupt();
        }
    }

    private boolean tell(String type) {
        ServerConnection to = connection;
        if (to.ended().isDone()) {
            return false;
        }
        try {
            to.send(Map.of("type", type));
            return true;
        } catch (IllegalStateException e) {
            // It ended since, or its queue is full: the next round sees which.
            return false;
        }
    }

    private void lost(String reason) throws InterruptedException {
        endpoint.peerLost("*/" + connection.welcome().get("manager_id"), "Connection lost: " + reason);
        if (!options.reconnect()) {
            end("Connection lost: " + reason);
            return;
        }
        Duration pause = FIRST_RETRY;
        while (!closed && !again()) {
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? pause.multipliedBy(2) : LAST_RETRY;
        }
    }

    /** One attempt to come back; what fails is tried again, until the client is closed. */
    private boolean again() {
        try {
            Map<String, @Nullable Object> hello = hello(workspace, null, reconnectionToken);
            ServerConnection next = ServerConnection.open(
                    http, options.webSocket(), hello, options.timeout(), endpoint::receive, this::text);
            connection = next;
            if (closed) {
                next.close();
                return true;
            }
            reconnectionToken = String.valueOf(next.welcome().get("reconnection_token"));
            announceAll();
            return true;
        } catch (HyphaException e) {
            connection.close();
            return false;
        }
    }
}
