package dev.psyne.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds who answers a path: an exact path goes before a pattern, a pattern whose first star comes later
 * before others. Immutable. */
final class Router {
    /** Who answers. */
    sealed interface Match {
        record Handler(HttpHandler handler) implements Match {}

        /** One for each subprotocol; a single one where the name is null, for whatever a client offers. */
        record WebSocket(List<Subprotocol> subprotocols) implements Match {
            /** What else is spoken at the same path, or null if it cannot be told apart. */
            @Nullable
            WebSocket and(WebSocket other) {
                List<Subprotocol> all = new ArrayList<>(subprotocols);
                all.addAll(other.subprotocols);
                Set<@Nullable String> names = new HashSet<>();
                boolean apart = all.stream().allMatch(each -> each.name() != null && names.add(each.name()));
                return apart ? new WebSocket(List.copyOf(all)) : null;
            }
        }

        record WrongMethod(String allowed) implements Match {}

        record Nobody() implements Match {}
    }

    /** Who opens the WebSockets of a subprotocol. */
    record Subprotocol(@Nullable String name, WebSocketHandler handler) {}

    private static final String WEB_SOCKET_METHOD = "GET";

    private final Map<String, Map<String, Match>> exact = new HashMap<>();
    private final List<Map.Entry<PathPattern, Map<String, Match>>> patterns = new ArrayList<>();

    Router(List<Route> routes) {
        Map<PathPattern, Map<String, Match>> byPattern = new HashMap<>();
        for (Route route : routes) {
            Map<String, Match> methods = byPattern.computeIfAbsent(route.pattern(), _ -> new TreeMap<>());
            Match before = methods.get(route.method());
            Match match = before == null ? route.match() : both(before, route.match());
            if (match == null) {
                throw new IllegalArgumentException("two handlers for " + route.method() + " "
                        + route.pattern().path());
            }
            methods.put(route.method(), match);
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

    private static @Nullable Match both(Match one, Match other) {
        return one instanceof Match.WebSocket first && other instanceof Match.WebSocket second
                ? first.and(second)
                : null;
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
            return new Route(
                    WEB_SOCKET_METHOD,
                    PathPattern.of(path),
                    new Match.WebSocket(List.of(new Subprotocol(subprotocol, handler))));
        }
    }
}
