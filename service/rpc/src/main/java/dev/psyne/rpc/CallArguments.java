package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The arguments of a call by name and type; what does not fit is the caller's mistake and said so. */
final class CallArguments {
    private final Map<String, Object> values;

    CallArguments(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    Map<String, Object> all() {
        return values;
    }

    <T> T required(String name, Class<T> type, String kind) {
        Object value = values.get(name);
        if (value == null) {
            throw new RpcException(
                    ErrorCodes.INVALID_ARGUMENT, "the argument '" + name + "' is missing: it must be " + kind);
        }
        return cast(name, value, type, kind);
    }

    <T> Optional<T> optional(String name, Class<T> type, String kind) {
        Object value = values.get(name);
        return value == null ? Optional.empty() : Optional.of(cast(name, value, type, kind));
    }

    private static <T> T cast(String name, Object value, Class<T> type, String kind) {
        if (!type.isInstance(value)) {
            throw new RpcException(
                    ErrorCodes.INVALID_ARGUMENT,
                    "the argument '" + name + "' must be " + kind + ", not " + kindOf(value));
        }
        return type.cast(value);
    }

    private static String kindOf(@Nullable Object value) {
        return switch (value) {
            case String _ -> "a string";
            case Long _ -> "an integer";
            case Double _ -> "a number";
            case Boolean _ -> "a boolean";
            case MemorySegment _ -> "binary";
            case Map<?, ?> _ -> "a map";
            case null, default -> "an array";
        };
    }
}
