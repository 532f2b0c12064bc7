package dev.psyne.hypha.internal.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.psyne.hypha.JsonValues;
import dev.psyne.net.HttpExchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The arguments by name that a request gives: its body as JSON or MessagePack, or without a body its query, each of whose
 * values is JSON if it can be read as that and else a string. {@code _mode} of the query says which of several services of
 * one name is called.
 */
final class CallArguments {
    private static final String MODE = "_mode";

    private final JsonMapper json;
    private final JsonValues values;

    CallArguments(JsonMapper json, JsonValues values) {
        this.json = json;
        this.values = values;
    }

    static @Nullable String mode(HttpExchange exchange) {
        return exchange.query(MODE).orElse(null);
    }

    /**
     * By name.
     *
     * @throws IllegalArgumentException if the body cannot be read; the message says why
     */
    Map<String, @Nullable Object> of(HttpExchange exchange) {
        if (exchange.body().byteSize() == 0) {
            return query(exchange);
        }
        Object body = MessagePackBody.isIn(exchange)
                ? MessagePackBody.read(exchange.body())
                : readJson(exchange.body().toArray(JAVA_BYTE));
        return named(body);
    }

    /** @throws IllegalArgumentException if {@code arguments} are no map */
    static Map<String, @Nullable Object> named(@Nullable Object arguments) {
        if (!(arguments instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the arguments are to be a map by name");
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        map.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }

    private Map<String, @Nullable Object> query(HttpExchange exchange) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> parameter : exchange.queries().entrySet()) {
            if (!parameter.getKey().equals(MODE)) {
                named.put(parameter.getKey(), literal(parameter.getValue().getFirst()));
            }
        }
        return named;
    }

    private @Nullable Object literal(String text) {
        try {
            return text.isBlank() ? text : values.read(json.readTree(text));
        } catch (JacksonException | IllegalArgumentException words) {
            // What is no JSON is what it says.
            return text;
        }
    }

    private @Nullable Object readJson(byte[] body) {
        try {
            return values.read(json.readTree(body));
        } catch (JacksonException broken) {
            throw new IllegalArgumentException("the body is no JSON: " + broken.getOriginalMessage(), broken);
        }
    }
}
