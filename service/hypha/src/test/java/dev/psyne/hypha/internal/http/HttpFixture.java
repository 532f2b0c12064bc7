package dev.psyne.hypha.internal.http;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.net.HttpServer;
import dev.psyne.net.WebSocketHandler;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** hypha's paths on a server of their own, before a manager that knows what a test has put in. */
final class HttpFixture implements AutoCloseable {
    static final String TOKEN = "good";

    final Map<String, Map<String, @Nullable Object>> services = new ConcurrentHashMap<>();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final AtomicInteger guests = new AtomicInteger();
    private final Scheduler scheduler = Scheduler.create(2);
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final HttpServer server;

    HttpFixture(int maxCalls) {
        this(maxCalls, _ -> {
            throw new IllegalStateException("nobody connects here");
        });
    }

    HttpFixture(int maxCalls, WebSocketHandler sessions) {
        HttpServer.Builder http =
                HttpServer.builder().scheduler(scheduler).token("node").onFailure(failures::add);
        HttpRoutes.attach(http, sessions, this::admit, "1.2", maxCalls);
        server = http.start();
    }

    HttpFixture() {
        this(16);
    }

    /** A service of {@code ws/client:name} with one function. */
    HttpFixture with(
            String id, String function, Map<String, ?> schema, Function<Map<String, ?>, @Nullable Object> body) {
        Map<String, @Nullable Object> service = services.computeIfAbsent(id, _ -> new ConcurrentHashMap<>());
        service.put(function, new Method(function, schema, body));
        return this;
    }

    private Guest admit(@Nullable String token) {
        if (token != null && !token.equals(TOKEN)) {
            throw new HyphaException("PermissionError: Invalid token");
        }
        guests.incrementAndGet();
        return new FixtureGuest(token == null ? "ws-anonymous" : "ws-good");
    }

    private final class FixtureGuest implements Guest {
        private final String workspace;

        FixtureGuest(String workspace) {
            this.workspace = workspace;
        }

        @Override
        public String workspace() {
            return workspace;
        }

        @Override
        public CompletableFuture<@Nullable Object> manager(String method, List<?> arguments, Map<String, ?> keywords) {
            try {
                return switch (method) {
                    case "list_services" ->
                        CompletableFuture.completedFuture(services.keySet().stream()
                                .filter(id -> id.startsWith(arguments.getFirst() + "/"))
                                .sorted()
                                .map(HttpFixture.this::info)
                                .toList());
                    case "get_service_info" -> CompletableFuture.completedFuture(info(find(arguments.getFirst())));
                    case "get_service" -> CompletableFuture.completedFuture(services.get(find(arguments.getFirst())));
                    case "echo" -> CompletableFuture.completedFuture(List.of(workspace, keywords));
                    default -> CompletableFuture.failedFuture(new HyphaException("KeyError: no method " + method));
                };
            } catch (HyphaException unknown) {
                return CompletableFuture.failedFuture(unknown);
            }
        }

        @Override
        public void close() {
            guests.decrementAndGet();
        }
    }

    private String find(Object wanted) {
        String id = String.valueOf(wanted);
        String anywhere = id.indexOf(':') < 0 ? id.replace("/", "/c:") : id;
        if (id.contains("secret")) {
            throw new HyphaException("PermissionError: Permission denied for " + id);
        }
        if (!services.containsKey(anywhere)) {
            throw new HyphaException("KeyError: Service not found: " + id);
        }
        return anywhere;
    }

    private Map<String, Object> info(String id) {
        Map<String, Object> schema = new java.util.TreeMap<>();
        services.getOrDefault(id, Map.of()).forEach((name, member) -> schema.put(name, schema(member)));
        return Map.of("id", id, "name", "Name of " + id, "description", "About " + id, "service_schema", schema);
    }

    private static Object schema(@Nullable Object member) {
        if (member instanceof Method method) {
            return Map.of("type", "function", "function", method.schema());
        }
        Map<String, Object> inside = new java.util.TreeMap<>();
        if (member instanceof Map<?, ?> group) {
            group.forEach((name, each) -> inside.put(String.valueOf(name), schema(each)));
        }
        return inside;
    }

    /** A method that runs where it is called. */
    record Method(String name, Map<String, ?> schema, Function<Map<String, ?>, @Nullable Object> body)
            implements RemoteMethod {
        @Override
        public String target() {
            return "ws/c";
        }

        @Override
        public Map<String, @Nullable Object> description() {
            return Map.of("_rtype", "method", "_rschema", schema);
        }

        @Override
        public CompletableFuture<@Nullable Object> call(List<?> arguments, Map<String, ?> keywords) {
            try {
                Object result = body.apply(keywords);
                return result instanceof CompletableFuture<?> later
                        ? later.thenApply(value -> value)
                        : CompletableFuture.completedFuture(result);
            } catch (HyphaException failed) {
                return CompletableFuture.failedFuture(failed);
            }
        }
    }

    /** A generator of known elements; one that is an exception is thrown. */
    static RemoteStream stream(Object... elements) {
        Iterator<Object> iterator = Arrays.asList(elements).iterator();
        return new RemoteStream() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public Object next() {
                Object element = iterator.next();
                if (element instanceof HyphaException failure) {
                    throw failure;
                }
                return element;
            }

            @Override
            public void close() {}
        };
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(path));
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request.build(), handler);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpClient client() {
        return client;
    }

    JsonNode parse(String text) {
        return json.readTree(text);
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        scheduler.close();
    }
}
