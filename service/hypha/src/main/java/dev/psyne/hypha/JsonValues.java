package dev.psyne.hypha;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values as JSON, and back. What JSON has no type for is an object that says its {@code _rtype}, as on hypha's wire, with
 * bytes in base64: {@code {"_rtype": "bytes", "_rvalue": …}}, {@code {"_rtype": "ndarray", "_rvalue": …, "_rshape": […],
 * "_rdtype": …}}. A method is told as {@code {"type": "function", "function": {…}}}; numbers that are none become null. Any thread may
 * use it.
 */
public final class JsonValues {
    /** Elements of a generator that are answered as one array. */
    public static final int MAX_ELEMENTS = 100_000;

    private static final String TYPE = "_rtype";
    private static final String VALUE = "_rvalue";
    private static final String SHAPE = "_rshape";
    private static final String ELEMENT_TYPE = "_rdtype";

    private final JsonMapper json;

    /** Reads and writes with a mapper. */
    public JsonValues(JsonMapper json) {
        this.json = json;
    }

    /**
     * All elements of a generator.
     *
     * @throws HyphaException if it fails or has more than {@link #MAX_ELEMENTS}
     */
    public List<@Nullable Object> collect(RemoteStream stream) {
        List<@Nullable Object> elements = new ArrayList<>();
        try (stream) {
            while (stream.hasNext()) {
                if (elements.size() == MAX_ELEMENTS) {
                    throw new HyphaException("ValueError: the generator has more than " + MAX_ELEMENTS
                            + " elements; accept text/event-stream to get them one by one");
                }
                elements.add(stream.next());
            }
        }
        return elements;
    }

    /** A value as JSON. */
    public JsonNode write(@Nullable Object value) {
        return switch (value) {
            case null -> json.nullNode();
            case String text -> json.stringNode(text);
            case Boolean truth -> json.booleanNode(truth);
            case Double number when !Double.isFinite(number) -> json.nullNode();
            case Float number when !Float.isFinite(number) -> json.nullNode();
            case byte[] bytes -> binary(MemorySegment.ofArray(bytes));
            case MemorySegment bytes -> binary(bytes);
            case NumpyArray array -> array(array);
            case RemoteMethod method -> method(method);
            case RemoteStream _ -> json.createObjectNode().put("type", "generator");
            case HyphaException failure ->
                json.createObjectNode().put(TYPE, "error").put(VALUE, String.valueOf(failure.getMessage()));
            case Map<?, ?> map -> map(map);
            case Collection<?> elements -> list(elements);
            default -> json.valueToTree(value);
        };
    }

    /**
     * A value that came as JSON.
     *
     * @throws IllegalArgumentException if it says a type that it is not of
     */
    public @Nullable Object read(JsonNode node) {
        if (node.isObject()) {
            return readObject(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> elements = new ArrayList<>(node.size());
            node.forEach(element -> elements.add(read(element)));
            return elements;
        }
        if (node.isNumber()) {
            return node.isIntegralNumber() ? integer(node) : (Object) node.asDouble();
        }
        if (node.isString()) {
            return node.asString();
        }
        return node.isBoolean() ? node.asBoolean() : null;
    }

    private static Object integer(JsonNode node) {
        return node.canConvertToLong() ? (Object) node.asLong() : node.bigIntegerValue();
    }

    private Object readObject(JsonNode node) {
        return switch (node.path(TYPE).asString("")) {
            case "bytes", "memoryview" -> MemorySegment.ofArray(decode(node));
            case "ndarray" -> readArray(node);
            default -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                node.properties().forEach(entry -> map.put(entry.getKey(), read(entry.getValue())));
                yield map;
            }
        };
    }

    private static NumpyArray readArray(JsonNode node) {
        List<Long> shape = new ArrayList<>();
        for (JsonNode size : node.path(SHAPE)) {
            if (!size.isIntegralNumber() || !size.canConvertToLong()) {
                throw new IllegalArgumentException("an ndarray's " + SHAPE + " holds whole numbers, not " + size);
            }
            shape.add(size.asLong());
        }
        try {
            return new NumpyArray(node.path(ELEMENT_TYPE).asString(""), shape, MemorySegment.ofArray(decode(node)));
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("an ndarray is larger than a number can say: " + shape, tooLarge);
        }
    }

    private static byte[] decode(JsonNode node) {
        try {
            return Base64.getDecoder().decode(node.path(VALUE).asString(""));
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(
                    "the " + VALUE + " of " + node.path(TYPE).asString("") + " is not base64: " + broken.getMessage(),
                    broken);
        }
    }

    private ObjectNode binary(MemorySegment bytes) {
        return json.createObjectNode().put(TYPE, "bytes").put(VALUE, encode(bytes));
    }

    private ObjectNode array(NumpyArray array) {
        ObjectNode node = json.createObjectNode().put(TYPE, "ndarray").put(VALUE, encode(array.data()));
        ArrayNode shape = node.putArray(SHAPE);
        array.shape().forEach(shape::add);
        return node.put(ELEMENT_TYPE, array.type());
    }

    private static String encode(MemorySegment bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray(JAVA_BYTE));
    }

    private ObjectNode method(RemoteMethod method) {
        ObjectNode node = json.createObjectNode().put("type", "function");
        if (method.description().get("_rschema") instanceof Map<?, ?> schema && !schema.isEmpty()) {
            node.set("function", map(schema));
        } else {
            node.putObject("function").put("name", method.name());
        }
        return node;
    }

    private ObjectNode map(Map<?, ?> map) {
        ObjectNode node = json.createObjectNode();
        map.forEach((key, value) -> node.set(String.valueOf(key), write(value)));
        return node;
    }

    private ArrayNode list(Collection<?> elements) {
        ArrayNode node = json.createArrayNode();
        elements.forEach(element -> node.add(write(element)));
        return node;
    }
}
