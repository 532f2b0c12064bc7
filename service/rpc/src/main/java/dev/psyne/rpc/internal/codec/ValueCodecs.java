package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.WildcardType;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Finds the codec of a type for a Java type, by the table of docs/schema.md.
 *
 * @param definitions by name
 * @param records gives the codec of a definition for a record class
 */
record ValueCodecs(
        Map<String, Definition> definitions, BiFunction<Definition.RecordOf, Class<?>, RecordCodec<Object>> records) {
    /**
     * The codec.
     *
     * @param where names record and field in an error
     * @throws IllegalArgumentException if the Java type does not hold the type's values
     */
    ValueCodec of(Type type, java.lang.reflect.Type held, String where) {
        return switch (type) {
            case Type.Scalar scalar -> scalar(scalar, held, where);
            case Type.Text _ -> require(held, String.class, new ValueCodec.Text(), where);
            case Type.Bytes _ -> require(held, MemorySegment.class, new ValueCodec.Bytes(), where);
            case Type.TensorOf tensor -> require(held, Tensor.class, new TensorCodec(tensor.element()), where);
            case Type.ListOf list -> list(list, held, where);
            case Type.MapOf map -> {
                if (argument(held, 0, Map.class, where) != String.class) {
                    throw refused(held, "a Map with String keys", where);
                }
                yield new MapCodec(of(map.value(), argument(held, 1, Map.class, where), where));
            }
            case Type.Callback callback -> new ValueCodec.Callback(callback, held, raw(held, where));
            case Type.Named named -> named(named, raw(held, where), where);
        };
    }

    private static ValueCodec scalar(Type.Scalar scalar, java.lang.reflect.Type held, String where) {
        ScalarCodec codec = ScalarCodec.of(scalar);
        return held == codec.primitive() ? codec : require(held, codec.boxed(), codec, where);
    }

    private ValueCodec list(Type.ListOf list, java.lang.reflect.Type held, String where) {
        if (held instanceof Class<?> array && array.isArray() && list.element() instanceof Type.Scalar scalar) {
            Class<?> element = ScalarCodec.of(scalar).primitive();
            return require(array, element.arrayType(), ArrayCodec.of(scalar), where);
        }
        return new ListCodec(of(list.element(), argument(held, 0, List.class, where), where));
    }

    private ValueCodec named(Type.Named named, Class<?> held, String where) {
        return switch (definitions.get(named.name())) {
            case Definition.RecordOf definition
            when held.isRecord() -> new ValueCodec.Nested(records.apply(definition, held));
            case Definition.EnumOf definition when held.isEnum() -> EnumCodec.of(definition, held);
            case null -> throw new IllegalArgumentException(where + ": " + named.name() + " is not defined");
            default -> throw refused(held, "the record or enum " + named.name(), where);
        };
    }

    private static java.lang.reflect.Type argument(java.lang.reflect.Type held, int index, Class<?> raw, String where) {
        if (!(held instanceof ParameterizedType parameterized) || parameterized.getRawType() != raw) {
            throw refused(held, "a " + raw.getSimpleName() + " with its type arguments", where);
        }
        java.lang.reflect.Type argument = parameterized.getActualTypeArguments()[index];
        return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
    }

    static Class<?> raw(java.lang.reflect.Type held, String where) {
        return switch (held) {
            case Class<?> type -> type;
            case ParameterizedType type -> (Class<?>) type.getRawType();
            default -> throw refused(held, "a class", where);
        };
    }

    private static ValueCodec require(java.lang.reflect.Type held, Class<?> wanted, ValueCodec codec, String where) {
        if (held != wanted) {
            throw refused(held, wanted.getTypeName(), where);
        }
        return codec;
    }

    private static IllegalArgumentException refused(java.lang.reflect.Type held, String wanted, String where) {
        return new IllegalArgumentException(where + ": " + held.getTypeName() + " does not hold it; use " + wanted);
    }
}
