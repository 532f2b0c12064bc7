package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the names in a service are written for a caller: {@code camelCase} or {@code snake_case}. */
enum LetterCase {
    CAMEL,
    SNAKE;

    /**
     * Reads {@code camel} or {@code snake}.
     *
     * @throws HyphaException for another word
     */
    static LetterCase of(String word) {
        return switch (word) {
            case "camel" -> CAMEL;
            case "snake" -> SNAKE;
            default -> throw new HyphaException("ValueError: case_conversion is camel or snake, not '" + word + "'");
        };
    }

    /** The same map, and those in it, with converted keys. */
    Map<String, @Nullable Object> convert(Map<?, ?> map) {
        Map<String, @Nullable Object> converted = new LinkedHashMap<>();
        map.forEach((key, value) ->
                converted.put(convert(String.valueOf(key)), value instanceof Map<?, ?> inner ? convert(inner) : value));
        return converted;
    }

    String convert(String name) {
        return this == CAMEL ? camel(name) : snake(name);
    }

    private static String camel(String name) {
        StringBuilder out = new StringBuilder(name.length());
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter == '_' && !out.isEmpty()) {
                upper = true;
            } else {
                out.append(
                        upper ? Character.toUpperCase(letter) : out.isEmpty() ? Character.toLowerCase(letter) : letter);
                upper = false;
            }
        }
        return out.toString();
    }

    private static String snake(String name) {
        String spaced = name.replaceAll("(?<=[^_])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])", "_");
        return spaced.toLowerCase(Locale.ROOT);
    }
}
