package dev.psyne.hypha.internal.wire;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.rpc.MessagePackLimits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into what MessagePack can hold, as hypha-rpc does: what has no type there becomes a map with
 * {@code _rtype}. A map that has {@code _rtype} already goes as it is, but for the methods in it. Throws
 * IllegalArgumentException for a value that cannot be sent.
 */
public final class ValueEncoder {
    /** Characters of a stack trace that are told. */
    static final int MAX_TRACE = 8_192;

    private final LocalObjects local;

    /** Hands what others may call to {@code local}. */
    public ValueEncoder(LocalObjects local) {
        this.local = local;
    }

    /** The encoded value; plain values, lists and maps are given back as they are. */
    public @Nullable Object encode(@Nullable Object value) {
        return encode(value, 0);
    }

    /** An error as callers are told it. */
    public static Map<String, @Nullable Object> error(Throwable failure) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("_rtype", "error");
        if (failure instanceof HyphaException told) {
            error.put("_rvalue", String.valueOf(told.getMessage()));
            error.put("_rtrace", told.trace());
            return error;
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        String text = trace.toString();
        error.put("_rvalue", failure.getClass().getSimpleName() + ": " + failure.getMessage());
        error.put("_rtrace", text.length() > MAX_TRACE ? text.substring(0, MAX_TRACE) : text);
        return error;
    }

    private @Nullable Object encode(@Nullable Object value, int depth) {
        if (isPlain(value)) {
            return value;
        }
        if (depth >= MessagePackLimits.MAX_DEPTH) {
            throw new IllegalArgumentException("a value is nested deeper than " + MessagePackLimits.MAX_DEPTH);
        }
        return switch (value) {
            case RemoteMethod method -> method.description();
            case HyphaMethod method -> local.method(method);
            case NumpyArray array -> array(array);
            case Throwable failure -> error(failure);
            case Set<?> set -> Map.of("_rtype", "set", "_rvalue", list(set, depth));
            case Collection<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            case Iterator<?> elements -> local.generator(elements, elements);
            case BaseStream<?, ?> stream -> local.generator(stream.iterator(), stream);
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Character letter -> letter.toString();
            case null, default ->
                throw new IllegalArgumentException(
                        "a " + (value == null ? "null" : value.getClass().getName())
                                + " cannot be sent: use String, numbers, Boolean, byte[], MemorySegment, NumpyArray, Set,"
                                + " Collection, Map, HyphaMethod, Iterator or Stream");
        };
    }

    private static boolean isPlain(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String _, Boolean _, Integer _, Long _, Double _, Float _, BigInteger _, byte[] _, MemorySegment _ ->
                true;
            default -> false;
        };
    }

    private Collection<?> list(Collection<?> list, int depth) {
        if (!(list instanceof Set) && list.stream().allMatch(ValueEncoder::isPlain)) {
            return list;
        }
        List<@Nullable Object> encoded = new ArrayList<>(list.size());
        for (Object element : list) {
            encoded.add(encode(element, depth + 1));
        }
        return encoded;
    }

    private Map<?, ?> map(Map<?, ?> map, int depth) {
        if (map.values().stream().allMatch(ValueEncoder::isPlain)) {
            return map;
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        map.forEach((key, value) -> named.put(key(key), value));
        if (Boolean.TRUE.equals(named.get("_rintf"))
                && named.values().stream().anyMatch(HyphaMethod.class::isInstance)) {
            return local.face(named);
        }
        named.replaceAll((_, value) -> encode(value, depth + 1));
        return named;
    }

    private static String key(@Nullable Object key) {
        if (key instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a map's key must be a String, not " + key);
    }

    private static Map<String, @Nullable Object> array(NumpyArray array) {
        Map<String, @Nullable Object> encoded = new LinkedHashMap<>();
        encoded.put("_rtype", "ndarray");
        encoded.put("_rvalue", array.data());
        encoded.put("_rshape", array.shape());
        encoded.put("_rdtype", array.type());
        return encoded;
    }
}
