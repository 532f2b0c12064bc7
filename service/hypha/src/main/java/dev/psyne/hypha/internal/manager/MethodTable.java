package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Joins the manager's methods with what {@code methods.json} says of each; the two must name the same. */
final class MethodTable {
    /** A method of the manager; {@code caller} is who the router says it is. */
    @FunctionalInterface
    interface Method {
        @Nullable
        Object invoke(Arguments arguments, Caller caller) throws Exception;
    }

    private static final String RESOURCE = "methods.json";

    private final Map<String, Method> methods = new LinkedHashMap<>();

    MethodTable with(String name, Method method) {
        methods.put(name, method);
        return this;
    }

    /** The service {@code default}. */
    HyphaService build(Callers callers) {
        Map<String, Map<String, Object>> described = read();
        if (!described.keySet().equals(methods.keySet())) {
            throw new IllegalStateException(
                    RESOURCE + " and the code name other methods: " + described.keySet() + " and " + methods.keySet());
        }
        HyphaService.Builder service = HyphaService.builder("default")
                .name("workspace-manager")
                .description("Registry, tokens and workspaces of this server.")
                .config("require_context", true)
                .visibility(Visibility.PUBLIC);
        described.forEach((name, schema) -> {
            Method method = Objects.requireNonNull(methods.get(name), name);
            service.method(name, schema, call -> method.invoke(new Arguments(call), callers.of(call)));
        });
        return service.build();
    }

    private static Map<String, Map<String, Object>> read() {
        try (InputStream json = MethodTable.class.getResourceAsStream(RESOURCE)) {
            if (json == null) {
                throw new IllegalStateException(RESOURCE + " is not beside " + MethodTable.class.getName());
            }
            return new JsonMapper().readValue(json, new TypeReference<LinkedHashMap<String, Map<String, Object>>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
