package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.SchemaPrinter;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what a person or a JSON document gives what {@link PlainCodecs} take: numbers of the right width, bytes as segments,
 * records as maps with the names of their fields.
 *
 * @param definitions by their names
 */
public record PlainValues(Map<String, Definition> definitions) {
    /** How deep values may lie in one another, as in a message. */
    private static final int MAX_DEPTH = 32;

    /**
     * The value as its type wants it.
     *
     * @param where names it in an error
     * @throws IllegalArgumentException if it cannot be one of the type
     */
    public Object fit(Type type, @Nullable Object given, String where) {
        return fit(type, given, where, 0);
    }

    private Object fit(Type type, @Nullable Object given, String where, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(where + ": lies deeper than " + MAX_DEPTH);
        }
        Object fitted = switch (type) {
            case Type.Scalar.BOOL -> given instanceof Boolean ? given : null;
            case Type.Scalar scalar -> given instanceof Number number ? number(scalar, number) : null;
            case Type.Text _ -> given instanceof String ? given : null;
            case Type.Bytes _ ->
                switch (given) {
                    case MemorySegment bytes -> bytes;
                    case byte[] bytes -> MemorySegment.ofArray(bytes);
                    case null, default -> null;
                };
            case Type.TensorOf(var element) ->
                given instanceof Tensor tensor && (element == null || tensor.type() == element) ? given : null;
            case Type.ListOf(Type element) -> given instanceof List<?> list ? list(element, list, where, depth) : null;
            case Type.MapOf(Type value) -> given instanceof Map<?, ?> map ? map(value, map, where, depth) : null;
            case Type.Callback _ -> null;
            case Type.Named(String name) -> named(name, given, depth);
        };
        if (fitted == null) {
            throw new IllegalArgumentException(
                    where + ": is to be " + SchemaPrinter.print(type) + ", not " + told(given));
        }
        return fitted;
    }

    private static @Nullable Object number(Type.Scalar type, Number given) {
        BigDecimal exact;
        try {
            exact = new BigDecimal(given.toString());
        } catch (NumberFormatException notFinite) {
            return switch (type) {
                case F32 -> given.floatValue();
                case F64 -> given.doubleValue();
                default -> null;
            };
        }
        try {
            return switch (type) {
                case I8 -> exact.byteValueExact();
                case I16 -> exact.shortValueExact();
                case I32 -> exact.intValueExact();
                case I64 -> exact.longValueExact();
                case F32 -> exact.floatValue();
                case F64 -> exact.doubleValue();
                case BOOL -> null;
            };
        } catch (ArithmeticException outOfRange) {
            return null;
        }
    }

    private List<Object> list(Type element, List<?> given, String where, int depth) {
        List<Object> fitted = new ArrayList<>(given.size());
        for (Object each : given) {
            fitted.add(fit(element, each, where + "[" + fitted.size() + "]", depth + 1));
        }
        return fitted;
    }

    private Map<String, Object> map(Type value, Map<?, ?> given, String where, int depth) {
        Map<String, Object> fitted = new LinkedHashMap<>();
        given.forEach(
                (key, held) -> fitted.put(String.valueOf(key), fit(value, held, where + "[" + key + "]", depth + 1)));
        return fitted;
    }

    private @Nullable Object named(String name, @Nullable Object given, int depth) {
        return switch (definitions.get(name)) {
            case Definition.EnumOf constants ->
                constants.constants().stream().anyMatch(each -> each.name().equals(given)) ? given : null;
            case Definition.RecordOf record -> given instanceof Map<?, ?> map ? record(record, map, depth) : null;
            case null, default -> null;
        };
    }

    private Map<String, Object> record(Definition.RecordOf record, Map<?, ?> given, int depth) {
        List<String> names = record.fields().stream().map(Field::name).toList();
        for (Object name : given.keySet()) {
            if (!names.contains(String.valueOf(name))) {
                throw new IllegalArgumentException(record.name() + ": has no field '" + name + "'; it has " + names);
            }
        }
        Map<String, Object> fitted = new LinkedHashMap<>();
        for (Field field : record.fields()) {
            Object held = given.get(field.name());
            String where = record.name() + "." + field.name();
            if (held != null) {
                fitted.put(field.name(), fit(field.type(), held, where, depth + 1));
            } else if (!field.optional()) {
                throw new IllegalArgumentException(where + ": is missing");
            }
        }
        return fitted;
    }

    /** A record's values by their names; those that are absent are left out. */
    static Map<String, Object> map(Definition.RecordOf record, @Nullable Object[] values) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value != null) {
                map.put(record.fields().get(i).name(), value);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private static String told(@Nullable Object given) {
        return switch (given) {
            case null -> "nothing";
            case MemorySegment bytes -> bytes.byteSize() + " bytes";
            case byte[] bytes -> bytes.length + " bytes";
            case String text -> "'" + text.substring(0, Math.min(text.length(), 64)) + "'";
            case Number _, Boolean _, Tensor _ -> given.toString();
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            default -> given.getClass().getName();
        };
    }
}
