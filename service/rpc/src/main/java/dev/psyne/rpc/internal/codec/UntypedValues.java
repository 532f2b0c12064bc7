package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.Callback;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values of services without a schema, as MessagePack has them, and back: tensors and callbacks are maps with a name of their own.
 * What is read is a copy, which nobody has to give back.
 */
public final class UntypedValues {
    /** What stands in a call's arguments for the items that follow. */
    public static final Map<String, Object> STREAM = Map.of("_stream", true);

    static final String STREAM_KEY = "_stream";
    static final String CALLBACK_KEY = "_callback";

    private UntypedValues() {}

    /**
     * What {@link NamedMessage#encode} writes of a value.
     *
     * @param number gives a callback its number, or refuses it
     * @throws IllegalArgumentException if it is nested too deep
     */
    public static @Nullable Object named(@Nullable Object value, ToIntFunction<Callback<?, ?>> number) {
        return named(value, number, 0);
    }

    private static @Nullable Object named(@Nullable Object value, ToIntFunction<Callback<?, ?>> number, int depth) {
        if (depth > NamedMessage.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "a value is nested deeper than " + NamedMessage.MAX_DEPTH + " maps and lists");
        }
        return switch (value) {
            case Byte small -> small.intValue();
            case Short small -> small.intValue();
            case Enum<?> constant -> constant.name();
            case Tensor tensor -> NamedTensors.map(tensor);
            case Callback<?, ?> callback -> Map.of(CALLBACK_KEY, Integer.toUnsignedLong(number.applyAsInt(callback)));
            case Collection<?> list -> {
                List<@Nullable Object> named = new ArrayList<>(list.size());
                for (Object each : list) {
                    named.add(named(each, number, depth + 1));
                }
                yield named;
            }
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> named = new LinkedHashMap<>();
                map.forEach((key, held) -> named.put(key, named(held, number, depth + 1)));
                yield named;
            }
            case null, default -> value;
        };
    }

    /**
     * The value of what {@link NamedMessage#decode} has read.
     *
     * @throws BrokenMessageException if a tensor is none, or a callback or a stream stands where none can
     */
    public static @Nullable Object value(@Nullable Object named, String where) {
        return switch (named) {
            case MemorySegment bytes ->
                MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
            case List<?> list -> {
                List<@Nullable Object> values = new ArrayList<>(list.size());
                for (Object each : list) {
                    values.add(value(each, where));
                }
                yield Collections.unmodifiableList(values);
            }
            case Map<?, ?> map when map.containsKey(NamedTensors.TYPE) -> NamedTensors.copy(map, where);
            case Map<?, ?> map
            when map.containsKey(CALLBACK_KEY) || map.containsKey(STREAM_KEY) ->
                throw new BrokenMessageException(where, "callbacks and streams come in a call's arguments");
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> values = new LinkedHashMap<>();
                map.forEach((key, held) -> values.put(key, value(held, where)));
                yield Collections.unmodifiableMap(values);
            }
            case null, default -> named;
        };
    }
}
