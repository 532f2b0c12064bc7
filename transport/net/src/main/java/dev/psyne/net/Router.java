package dev.psyne.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds who answers a path: an exact path goes before a pattern, a pattern whose first star comes later
 * before others. Immutable. */
final class Router {
    /** Who answers. */
    sealed interface Match {
        record Handler(HttpHandler handler) implements Match {}

        record WebSocket(@Nullable String subprotocol, WebSocketHandler handler) implements Match {}

        record WrongMethod(String allowed) implements Match {}

        record Nobody() implements Match {}
    }

    private static final String WEB_SOCKET_METHOD = "GET";

    private final Map<String, Map<String, Match>> exact = new HashMap<>();
    private final List<Map.Entry<PathPattern, Map<String, Match>>> patterns = new ArrayList<>();

    Router(List<Route> routes) {
        Map<PathPattern, Map<String, Match>> byPattern = new HashMap<>();
        for (Route route : routes) {
            Map<String, Match> methods = byPattern.computeIfAbsent(route.pattern(), _ -> new TreeMap<>());
            if (methods.put(route.method(), route.match()) != null) {
                throw new IllegalArgumentException("two handlers for " + route.method() + " "
                        + route.pattern().path());
            }
        }
        byPattern.forEach((pattern, methods) -> {
            if (pattern.isExact()) {
                exact.put(pattern.path(), methods);
            } else {
                patterns.add(Map.entry(pattern, methods));
            }
        });
        patterns.sort(Map.Entry.comparingByKey(PathPattern.NEAREST_FIRST));
    }

    Match find(String method, String path) {
        Map<String, Match> methods = methodsOf(path);
        if (methods == null) {
            return new Match.Nobody();
        }
        Match match = methods.get(method);
        if (match == null && method.equals("HEAD") && methods.get("GET") instanceof Match.Handler handler) {
            return handler;
        }
        return match == null ? new Match.WrongMethod(allowed(methods)) : match;
    }

    private @Nullable Map<String, Match> methodsOf(String path) {
        Map<String, Match> methods = exact.get(path);
        if (methods != null) {
            return methods;
        }
        for (Map.Entry<PathPattern, Map<String, Match>> pattern : patterns) {
            if (pattern.getKey().matches(path)) {
                return pattern.getValue();
            }
        }
        return null;
    }

    private static String allowed(Map<String, Match> methods) {
        TreeSet<String> names = new TreeSet<>(methods.keySet());
        if (methods.get("GET") instanceof Match.Handler) {
            names.add("HEAD");
        }
        return String.join(", ", names);
    }

    /** One entry of the table. */
    record Route(String method, PathPattern pattern, Match match) {
        static Route http(String method, String path, HttpHandler handler) {
            return new Route(method, PathPattern.of(path), new Match.Handler(handler));
        }

        static Route webSocket(String path, @Nullable String subprotocol, WebSocketHandler handler) {
            return new Route(WEB_SOCKET_METHOD, PathPattern.of(path), new Match.WebSocket(subprotocol, handler));
        }
    }
}
