package dev.psyne.hypha.internal.wire;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.NumpyArray;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what MessagePack held into values: the other half of {@link ValueEncoder}. What has an {@code _rtype} of a codec
 * that only its makers know stays a map. Throws IllegalArgumentException for an encoding that is broken.
 */
public final class ValueDecoder {
    private final RemoteObjects remote;

    /** Hands what others have to {@code remote}. */
    public ValueDecoder(RemoteObjects remote) {
        this.remote = remote;
    }

    /** The value; lists and maps are changed in place. */
    @SuppressWarnings("unchecked")
    public @Nullable Object decode(@Nullable Object encoded) {
        switch (encoded) {
            case List<?> list -> ((List<@Nullable Object>) list).replaceAll(this::decode);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> named = (Map<String, @Nullable Object>) map;
                return named.get("_rtype") instanceof String type ? typed(type, named) : members(named);
            }
            case null, default -> {}
        }
        return encoded;
    }

    private Map<String, @Nullable Object> members(Map<String, @Nullable Object> map) {
        map.replaceAll((_, value) -> decode(value));
        return map;
    }

    private @Nullable Object typed(String type, Map<String, @Nullable Object> map) {
        return switch (type) {
            case "method" -> remote.method(map);
            case "generator" -> remote.generator(map);
            case "ndarray" -> array(map);
            case "error" -> new HyphaException(text(map, "_rvalue"), optionalText(map, "_rtrace"));
            case "memoryview" -> map.get("_rvalue");
            case "set" -> new LinkedHashSet<>(elements(map));
            case "orderedmap" -> ordered(elements(map));
            default -> members(map);
        };
    }

    private static NumpyArray array(Map<String, @Nullable Object> map) {
        List<Long> shape = new ArrayList<>();
        if (!(map.get("_rshape") instanceof List<?> sizes)) {
            throw broken("ndarray", "_rshape");
        }
        for (Object size : sizes) {
            if (!(size instanceof Long number)) {
                throw broken("ndarray", "_rshape");
            }
            shape.add(number);
        }
        try {
            return new NumpyArray(text(map, "_rdtype"), shape, bytes(map.get("_rvalue")));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("an ndarray is larger than a long can say", e);
        }
    }

    /** Binary, or the pieces of it that old clients send. */
    private static MemorySegment bytes(@Nullable Object value) {
        if (value instanceof MemorySegment segment) {
            return segment;
        }
        if (!(value instanceof List<?> pieces)) {
            throw broken("ndarray", "_rvalue");
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Object piece : pieces) {
            if (!(piece instanceof MemorySegment segment)) {
                throw broken("ndarray", "_rvalue");
            }
            joined.writeBytes(segment.toArray(ValueLayout.JAVA_BYTE));
        }
        return MemorySegment.ofArray(joined.toByteArray());
    }

    private List<@Nullable Object> elements(Map<String, @Nullable Object> map) {
        if (!(map.get("_rvalue") instanceof List<?> list)) {
            throw broken(text(map, "_rtype"), "_rvalue");
        }
        List<@Nullable Object> elements = new ArrayList<>();
        list.forEach(element -> elements.add(decode(element)));
        return elements;
    }

    /** JavaScript sends pairs, Python only the keys. */
    private static Object ordered(List<@Nullable Object> elements) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Object element : elements) {
            if (!(element instanceof List<?> pair) || pair.size() != 2 || !(pair.getFirst() instanceof String key)) {
                return elements;
            }
            map.put(key, pair.getLast());
        }
        return map;
    }

    private static String text(Map<String, @Nullable Object> map, String field) {
        if (map.get(field) instanceof String text) {
            return text;
        }
        throw broken(String.valueOf(map.get("_rtype")), field);
    }

    private static String optionalText(Map<String, @Nullable Object> map, String field) {
        return map.get(field) instanceof String text ? text : "";
    }

    private static IllegalArgumentException broken(String type, String field) {
        return new IllegalArgumentException("the field '" + field + "' of an encoded " + type + " is broken");
    }
}
