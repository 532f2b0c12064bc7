package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of one call of the manager, with their types checked. */
record Arguments(HyphaCall call) {
    private static final int MAX_EVENT_CHARACTERS = 256;

    @Nullable
    Object value(int position, String name) {
        return call.argument(position, name);
    }

    /** A string that must be there. */
    String text(int position, String name) {
        return call.string(position, name);
    }

    /** A string, or null. */
    @Nullable
    String optionalText(int position, String name) {
        return optionalText(value(position, name), name);
    }

    static @Nullable String optionalText(@Nullable Object value, String name) {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new HyphaException("TypeError: '" + name + "' must be a string");
    }

    boolean flag(int position, String name) {
        return Boolean.TRUE.equals(value(position, name));
    }

    /** A number, or {@code otherwise}. */
    double number(int position, String name, double otherwise) {
        return number(value(position, name), name, otherwise);
    }

    static double number(@Nullable Object value, String name, double otherwise) {
        return switch (value) {
            case null -> otherwise;
            case Number number -> number.doubleValue();
            default -> throw new HyphaException("TypeError: '" + name + "' must be a number");
        };
    }

    /** A map, or an empty one. */
    Map<String, @Nullable Object> map(int position, String name) {
        Object value = value(position, name);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        switch (value) {
            case null -> {}
            case Map<?, ?> map -> map.forEach((key, one) -> copy.put(String.valueOf(key), one));
            default -> throw new HyphaException("TypeError: '" + name + "' must be a map");
        }
        return copy;
    }

    /** A string or a list of strings. */
    Set<String> words(int position, String name) {
        Object value = value(position, name);
        Set<String> words = new HashSet<>();
        for (Object word : value instanceof List<?> list ? list : Collections.singletonList(value)) {
            if (!(word instanceof String text) || text.isEmpty() || text.length() > MAX_EVENT_CHARACTERS) {
                throw new HyphaException("TypeError: '" + name + "' is a string of at most " + MAX_EVENT_CHARACTERS
                        + " characters, or a list of such");
            }
            words.add(text);
        }
        return words;
    }
}
