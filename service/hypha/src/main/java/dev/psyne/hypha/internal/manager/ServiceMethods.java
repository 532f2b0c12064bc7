package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.internal.call.CallOptions;
import dev.psyne.hypha.internal.call.Endpoint;
import dev.psyne.hypha.internal.router.LocalParticipant;
import dev.psyne.hypha.internal.router.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The manager's methods about services: registering, finding, listing. */
final class ServiceMethods {
    static final String BUILT_IN = "built-in";
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;
    private static final int MAX_TIMEOUT_SECONDS = 600;

    private final Registry registry;
    private final Router router;
    private final LocalParticipant manager;
    private final Supplier<String> url;

    ServiceMethods(Registry registry, Router router, LocalParticipant manager, Supplier<String> url) {
        this.registry = registry;
        this.router = router;
        this.manager = manager;
        this.url = url;
    }

    void addTo(MethodTable table) {
        table.with("register_service", this::register)
                .with("unregister_service", this::unregister)
                .with("get_service", this::get)
                .with("get_service_info", this::describe)
                .with("list_services", this::list)
                .with("search_services", this::search);
    }

    private @Nullable Object register(Arguments arguments, Caller caller) {
        if (!caller.allows(caller.workspace(), Permission.READ_WRITE)) {
            throw new HyphaException("PermissionError: Permission denied: no services may be registered in workspace "
                    + caller.workspace());
        }
        ServiceDescription service = ServiceDescription.of(arguments.map(0, "service"), caller);
        if (service.isInterface()) {
            return null;
        }
        boolean updated = registry.put(caller.address(), service);
        if (router.find(caller.address()) == null) {
            registry.removeAll(caller.address());
            throw new HyphaException("RuntimeError: " + caller.address() + " has disconnected");
        }
        if (service.name().equals(BUILT_IN)) {
            tell(caller, updated ? "client_updated" : "client_connected", clientEvent(caller));
        } else {
            Map<String, @Nullable Object> event = new LinkedHashMap<>(service.fields());
            event.remove("service_schema");
            tell(caller, updated ? "service_updated" : "service_added", event);
        }
        return service.fields();
    }

    private @Nullable Object unregister(Arguments arguments, Caller caller) {
        String id = arguments.text(0, "service_id");
        boolean bare = id.indexOf(':') < 0 && id.indexOf('/') < 0;
        String meant = bare ? caller.address().client() + ":" + id : id;
        ServiceQuery query = ServiceQuery.ofId(meant, caller.workspace());
        List<ServiceInfo> found = registry.match(query);
        if (found.isEmpty()) {
            throw new HyphaException("KeyError: 'Service not found: " + query + "'");
        }
        for (ServiceInfo info : found) {
            if (!info.owner().equals(caller.address())
                    && !caller.allows(info.owner().workspace(), Permission.ADMIN)) {
                throw new HyphaException("PermissionError: '" + info.id() + "' is a service of another client");
            }
        }
        for (ServiceInfo info : found) {
            if (registry.remove(info)) {
                tell(caller, "service_removed", Map.of("id", info.id()));
            }
        }
        return null;
    }

    /** Asks the owner for the methods, which stay the owner's: callers reach them without the manager. */
    private Object get(Arguments arguments, Caller caller) {
        String id = arguments.text(0, "service_id");
        Map<String, @Nullable Object> config = arguments.map(1, "config");
        String own = manager.address() + ":default";
        if (id.equals("~") || id.equals(own)) {
            return fetch(manager.address().toString(), "default", config)
                    .thenApply(service -> convert(service, config));
        }
        ServiceInfo info = registry.find(id, Arguments.optionalText(config.get("mode"), "mode"), caller);
        return fetch(info.owner().toString(), info.name(), config).thenApply(service -> {
            Map<String, @Nullable Object> found = new LinkedHashMap<>(service);
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            if (service.get("config") instanceof Map<?, ?> said) {
                said.forEach((key, value) -> shown.put(String.valueOf(key), value));
            }
            String workspace = info.owner().workspace();
            shown.put("workspace", workspace);
            shown.put(
                    "url",
                    url.get() + "/" + workspace + "/services/" + info.owner().client() + ":" + info.name());
            found.put("config", shown);
            found.put("id", info.id());
            return convert(found, config);
        });
    }

    private CompletableFuture<Map<String, @Nullable Object>> fetch(
            String owner, String service, Map<String, @Nullable Object> config) {
        double seconds = Arguments.number(config.get("timeout"), "timeout", DEFAULT_TIMEOUT_SECONDS);
        if (!(seconds > 0)) {
            throw new HyphaException("ValueError: a timeout is above 0 seconds, not " + seconds);
        }
        Duration silence = Duration.ofMillis((long) Math.max(1, Math.min(seconds, MAX_TIMEOUT_SECONDS) * 1000));
        Endpoint endpoint = manager.endpoint();
        return endpoint.call(
                        owner,
                        "services." + BUILT_IN + ".get_service",
                        List.of(service),
                        Map.of(),
                        CallOptions.STANDARD.silence(silence))
                .thenApply(answer -> {
                    if (!(answer instanceof Map<?, ?> map)) {
                        throw new HyphaException("TypeError: " + owner + " gave no service for '" + service + "'");
                    }
                    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
                    return copy;
                });
    }

    private Object describe(Arguments arguments, Caller caller) {
        Map<String, @Nullable Object> config = arguments.map(1, "config");
        return registry.find(
                        arguments.text(0, "service_id"), Arguments.optionalText(config.get("mode"), "mode"), caller)
                .describeTo(caller.workspace());
    }

    private Object list(Arguments arguments, Caller caller) {
        Object asked = arguments.value(0, "query");
        boolean unlisted = arguments.flag(1, "include_unlisted");
        Map<String, @Nullable Object> fields = asked instanceof String ? Map.of() : arguments.map(0, "query");
        ServiceQuery query = asked instanceof String text
                ? ServiceQuery.ofList(text, caller.workspace())
                : new ServiceQuery(
                        word(fields, "workspace", caller.workspace()),
                        word(fields, "client_id", "*"),
                        word(fields, "service_id", word(fields, "id", "*")),
                        word(fields, "app_id", "*"));
        String type = word(fields, "type", "*");
        String visibility = word(fields, "visibility", "*");
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        for (ServiceInfo info : registry.list(query, unlisted, caller)) {
            boolean typed = type.equals("*")
                    ? !info.type().equals(BUILT_IN)
                    : info.type().equals(type);
            if (typed
                    && (visibility.equals("*")
                            || visibility.equals(info.visibility().word()))) {
                found.add(info.describeTo(caller.workspace()));
            }
        }
        return found;
    }

    private Object search(Arguments arguments, Caller caller) {
        String asked = arguments.optionalText(0, "query");
        String[] words =
                asked == null ? new String[0] : asked.toLowerCase(Locale.ROOT).split("\\s+");
        Map<String, @Nullable Object> filters = arguments.map(1, "filters");
        long limit = (long) Math.max(0, arguments.number(2, "limit", 5));
        long offset = (long) Math.max(0, arguments.number(3, "offset", 0));
        return registry.list(ServiceQuery.ofList(caller.workspace(), caller.workspace()), false, caller).stream()
                .filter(info -> !info.type().equals(BUILT_IN))
                .map(info -> info.describeTo(caller.workspace()))
                .filter(service -> holds(service, words) && service.entrySet().containsAll(filters.entrySet()))
                .skip(offset)
                .limit(limit)
                .toList();
    }

    private static boolean holds(Map<String, ? extends @Nullable Object> service, String[] words) {
        String text = (service.get("id") + " " + service.get("name") + " " + service.get("description"))
                .toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private void tell(Caller caller, String type, Map<String, ? extends @Nullable Object> event) {
        router.broadcast(manager, caller.workspace(), type, event);
    }

    private static Map<String, Object> clientEvent(Caller caller) {
        return Map.of("id", caller.address().client(), "workspace", caller.workspace());
    }

    private static String word(Map<String, @Nullable Object> fields, String name, String otherwise) {
        String word = Arguments.optionalText(fields.get(name), name);
        return word == null ? otherwise : word;
    }

    private static Map<String, @Nullable Object> convert(
            Map<String, @Nullable Object> service, Map<String, @Nullable Object> config) {
        String letters = Arguments.optionalText(config.get("case_conversion"), "case_conversion");
        return letters == null ? service : LetterCase.of(letters).convert(service);
    }
}
