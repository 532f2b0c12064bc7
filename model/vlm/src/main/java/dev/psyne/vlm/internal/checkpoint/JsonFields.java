package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object in a JSON file whose keys are taken one by one, each checked. What does not fit is a {@link ModelException}
 * that names the key; {@link #end} refuses keys nobody took.
 */
public final class JsonFields {
    /** Largest JSON file read, in bytes. */
    public static final long MAX_FILE_BYTES = 64L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final String path;
    private final JsonNode object;
    private final TreeSet<String> rest;

    private JsonFields(Path file, String path, @Nullable JsonNode object) {
        if (object == null || !object.isObject()) {
            throw new ModelException(file, path.isEmpty() ? "root" : path, describe(object), "an object");
        }
        this.file = file;
        this.path = path;
        this.object = object;
        this.rest = new TreeSet<>(object.propertyNames());
    }

    /** The object a whole file holds. */
    public static JsonFields read(Path file) {
        return parse(file, bytes(file));
    }

    /** The bytes of a JSON file. */
    public static byte[] bytes(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new ModelException(file, "size", size + " bytes", "at most " + MAX_FILE_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }

    /** The object in a file's bytes. */
    public static JsonFields parse(Path file, byte[] json) {
        try {
            return new JsonFields(file, "", JSON.readTree(json));
        } catch (JacksonException e) {
            throw new ModelException(file, "json", String.valueOf(e.getOriginalMessage()), "valid JSON", e);
        }
    }

    /** Keys not taken yet, in order. */
    public List<String> keys() {
        return List.copyOf(rest);
    }

    /** The file an error names. */
    public Path file() {
        return file;
    }

    /** Whether a key is there and not null; if it is null, it counts as taken. */
    public boolean has(String key) {
        JsonNode node = object.get(key);
        if (node != null && node.isNull()) {
            rest.remove(key);
        }
        return node != null && !node.isNull();
    }

    /** True or false; the fallback if the key is not there, or null. */
    public boolean flag(String key, boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        JsonNode node = take(key);
        if (node == null || !node.isBoolean()) {
            throw refuse(key, node, "true or false");
        }
        return node.booleanValue();
    }

    /**
     * Whatever a key holds: a Map with keys in the file's order, a List, a String, a Long, a Double or a Boolean; null for
     * null and for nothing.
     */
    public @Nullable Object value(String key) {
        JsonNode node = take(key);
        return node == null ? null : plain(node);
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.propertyNames().forEach(name -> map.put(name, plain(node.get(name))));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>(node.size());
            node.forEach(element -> list.add(plain(element)));
            return list;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNumber()) {
            return node.isIntegralNumber() && node.canConvertToLong()
                    ? (Object) node.longValue()
                    : (Object) node.doubleValue();
        }
        return null;
    }

    public JsonFields child(String key) {
        return new JsonFields(file, path(key), take(key));
    }

    /** The objects in an array. */
    public List<JsonFields> children(String key, int maximum) {
        List<JsonFields> children = new ArrayList<>();
        JsonNode array = array(key, 0, maximum);
        for (int i = 0; i < array.size(); i++) {
            children.add(new JsonFields(file, path(key) + "[" + i + "]", array.get(i)));
        }
        return children;
    }

    public String text(String key) {
        JsonNode node = take(key);
        if (node == null || !node.isString()) {
            throw refuse(key, node, "a text");
        }
        return node.stringValue();
    }

    public List<String> texts(String key, int maximum) {
        List<String> texts = new ArrayList<>();
        for (JsonNode node : array(key, 0, maximum)) {
            if (!node.isString()) {
                throw refuse(key + "[" + texts.size() + "]", node, "a text");
            }
            texts.add(node.stringValue());
        }
        return texts;
    }

    public int integer(String key, int minimum, int maximum) {
        return integer(key, take(key), minimum, maximum);
    }

    public int[] integers(String key, int minimumCount, int maximumCount, int minimum, int maximum) {
        JsonNode array = array(key, minimumCount, maximumCount);
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(key + "[" + i + "]", array.get(i), minimum, maximum);
        }
        return values;
    }

    private int integer(String key, @Nullable JsonNode node, int minimum, int maximum) {
        if (node != null && node.isIntegralNumber() && node.canConvertToInt()) {
            int value = node.intValue();
            if (value >= minimum && value <= maximum) {
                return value;
            }
        }
        throw refuse(key, node, "a whole number of " + minimum + " to " + maximum);
    }

    /** A pair of offsets: two whole numbers of at least zero. */
    public long[] longPair(String key) {
        JsonNode array = array(key, 2, 2);
        long[] values = new long[2];
        for (int i = 0; i < values.length; i++) {
            JsonNode node = array.get(i);
            if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
                throw refuse(key + "[" + i + "]", node, "a whole number of at least 0");
            }
            values[i] = node.longValue();
        }
        return values;
    }

    public double number(String key, double minimum, double maximum) {
        return number(key, take(key), minimum, maximum);
    }

    /** Numbers, as many as said. */
    public List<Float> numbers(String key, int count, double minimum, double maximum) {
        List<Float> values = new ArrayList<>();
        for (JsonNode node : array(key, count, count)) {
            values.add((float) number(key + "[" + values.size() + "]", node, minimum, maximum));
        }
        return values;
    }

    private double number(String key, @Nullable JsonNode node, double minimum, double maximum) {
        if (node == null || !node.isNumber() || !(node.doubleValue() >= minimum && node.doubleValue() <= maximum)) {
            throw refuse(key, node, "a number of " + minimum + " to " + maximum);
        }
        return node.doubleValue();
    }

    /** Refuses the keys that were not taken. */
    public void end() {
        if (!rest.isEmpty()) {
            throw new ModelException(file, path(rest.first()), "this key", "no further keys");
        }
    }

    public ModelException refuse(String key, String found, String expected) {
        return new ModelException(file, path(key), found, expected);
    }

    private ModelException refuse(String key, @Nullable JsonNode found, String expected) {
        return refuse(key, describe(found), expected);
    }

    private JsonNode array(String key, int minimum, int maximum) {
        JsonNode node = take(key);
        if (node == null || !node.isArray() || node.size() < minimum || node.size() > maximum) {
            String found = node != null && node.isArray() ? node.size() + " entries" : describe(node);
            throw refuse(key, found, "an array of " + minimum + " to " + maximum + " entries");
        }
        return node;
    }

    private @Nullable JsonNode take(String key) {
        rest.remove(key);
        return object.get(key);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String describe(@Nullable JsonNode node) {
        if (node == null) {
            return "nothing";
        }
        String text = node.isContainer() ? node.getNodeType().toString().toLowerCase(Locale.ROOT) : node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
