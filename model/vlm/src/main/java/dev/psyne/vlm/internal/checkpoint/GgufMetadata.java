package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says of its model: values by key, each taken as what it must be. A whole number of any width is an
 * integer, a float of either width a number. Immutable.
 */
public final class GgufMetadata {
    private final Path file;
    private final Map<String, Object> values;

    /** Values are Long, Double, Boolean, String, {@code long[]}, {@code double[]} and List of those. */
    GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    /** The file it is from. */
    public Path file() {
        return file;
    }

    /** All keys, in the file's order. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public String text(String key) {
        return values.get(key) instanceof String text ? text : refused(key, "a text");
    }

    public String text(String key, String fallback) {
        return has(key) ? text(key) : fallback;
    }

    public boolean flag(String key, boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        return values.get(key) instanceof Boolean flag ? flag : refused(key, "true or false");
    }

    public int integer(String key, int minimum, int maximum) {
        if (values.get(key) instanceof Long value && value >= minimum && value <= maximum) {
            return value.intValue();
        }
        return refused(key, "a whole number of " + minimum + " to " + maximum);
    }

    public int integer(String key, int minimum, int maximum, int fallback) {
        return has(key) ? integer(key, minimum, maximum) : fallback;
    }

    public double number(String key, double minimum, double maximum) {
        Object value = values.get(key);
        if (value instanceof Number number && number.doubleValue() >= minimum && number.doubleValue() <= maximum) {
            return number.doubleValue();
        }
        return refused(key, "a number of " + minimum + " to " + maximum);
    }

    public double number(String key, double minimum, double maximum, double fallback) {
        return has(key) ? number(key, minimum, maximum) : fallback;
    }

    public List<String> texts(String key) {
        if (!(values.get(key) instanceof List<?> list)) {
            return refused(key, "an array of texts");
        }
        List<String> texts = new ArrayList<>(list.size());
        for (Object element : list) {
            texts.add(element instanceof String text ? text : refused(key, "an array of texts"));
        }
        return texts;
    }

    /** The whole numbers of an array. */
    public long[] integers(String key) {
        return values.get(key) instanceof long[] array ? array.clone() : refused(key, "an array of whole numbers");
    }

    /** The numbers of an array, floats or whole. */
    public double[] numbers(String key) {
        return switch (values.get(key)) {
            case double[] array -> array.clone();
            case long[] array -> Arrays.stream(array).asDoubleStream().toArray();
            case null, default -> refused(key, "an array of numbers");
        };
    }

    /** Refuses what a key holds. */
    public ModelException refuse(String key, String expected) {
        return new ModelException(file, key, describe(values.get(key)), expected);
    }

    private <T> T refused(String key, String expected) {
        throw refuse(key, expected);
    }

    private static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
            case long[] array -> "an array of " + array.length + " whole numbers";
            case double[] array -> "an array of " + array.length + " numbers";
            case List<?> list -> "an array of " + list.size() + " entries";
            default -> value.toString();
        };
    }
}
