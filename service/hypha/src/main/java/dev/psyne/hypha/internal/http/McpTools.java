package dev.psyne.hypha.internal.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions of all services of a workspace as tools of the Model Context Protocol, by names that its clients and the
 * models behind them take: letters, digits, {@code _} and {@code -}, at most 64.
 */
final class McpTools {
    private static final int MAX_NAME_CHARACTERS = 64;

    /** Room for a number behind a name that two functions would share. */
    private static final int NUMBER_CHARACTERS = 5;

    /**
     * One tool.
     *
     * @param path the function
     * @param service what the registry knows of its service
     * @param schema what the service says of the function
     */
    record Tool(ServicePath path, Map<?, ?> service, Map<?, ?> schema) {
        String description() {
            String own = ServiceSchema.text(schema, "description");
            return own.isEmpty() ? ServiceSchema.text(service, "description") : own;
        }
    }

    private McpTools() {}

    /** By name, in the order of the services. */
    static Map<String, Tool> of(List<?> services) {
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (Object each : services) {
            if (each instanceof Map<?, ?> service && service.get("id") instanceof String id && id.indexOf('/') > 0) {
                String workspace = id.substring(0, id.indexOf('/'));
                String inside = id.substring(workspace.length() + 1);
                ServiceSchema.functions(service)
                        .forEach((function, schema) -> tools.put(
                                name(inside, function, tools),
                                new Tool(new ServicePath(workspace, inside, function), service, schema)));
            }
        }
        return tools;
    }

    private static String name(String service, String function, Map<String, Tool> taken) {
        String own = service.substring(service.indexOf(':') + 1) + "__" + function;
        String plain = own.replaceAll("[^A-Za-z0-9_-]", "_");
        String name = plain.substring(0, Math.min(plain.length(), MAX_NAME_CHARACTERS));
        String free = name;
        for (int number = 2; taken.containsKey(free); number++) {
            free = name.substring(0, Math.min(name.length(), MAX_NAME_CHARACTERS - NUMBER_CHARACTERS)) + "_" + number;
        }
        return free;
    }
}
