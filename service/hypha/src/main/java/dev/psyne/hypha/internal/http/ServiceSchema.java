package dev.psyne.hypha.internal.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a service as its {@code service_schema} tells them: nested maps whose leaves are {@code {type: function,
 * function: {name, description, parameters}}}.
 */
final class ServiceSchema {
    /** Functions of a service that are looked at. */
    static final int MAX_FUNCTIONS = 1_000;

    private static final int MAX_DEPTH = 16;

    private ServiceSchema() {}

    /** What is known of each function, by its path with dots, in the order of the schema. */
    static Map<String, Map<?, ?>> functions(Map<?, ?> service) {
        Map<String, Map<?, ?>> functions = new LinkedHashMap<>();
        collect(service.get("service_schema"), "", 0, functions);
        return functions;
    }

    /** A text of a service or function; empty if it has none. */
    static String text(Map<?, ?> of, String field) {
        return of.get(field) instanceof String text ? text : "";
    }

    private static void collect(@Nullable Object node, String path, int depth, Map<String, Map<?, ?>> into) {
        if (!(node instanceof Map<?, ?> map) || depth > MAX_DEPTH || into.size() >= MAX_FUNCTIONS) {
            return;
        }
        if ("function".equals(map.get("type")) && !path.isEmpty()) {
            into.put(path, map.get("function") instanceof Map<?, ?> function ? function : Map.of());
            return;
        }
        for (Map.Entry<?, ?> member : map.entrySet()) {
            String name = String.valueOf(member.getKey());
            collect(member.getValue(), path.isEmpty() ? name : path + "." + name, depth + 1, into);
        }
    }
}
