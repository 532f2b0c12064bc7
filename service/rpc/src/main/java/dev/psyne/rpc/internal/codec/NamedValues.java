package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as MessagePack has them, and back, by the codec of their type.
 *
 * @param references for callbacks
 */
record NamedValues(MessageReferences references) {
    Map<String, Object> record(ReferenceCodec codec, Object record) {
        @Nullable Object[] values = codec.handles().values(record);
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordBinding.FieldBinding field : codec.binding().fields()) {
            Object value = values[field.index()];
            if (value != null || !field.isOptional()) {
                Object held = MessageWriter.required(value, field.where());
                map.put(field.slot().field().name(), named(field.codec(), held, field.where()));
            }
        }
        return map;
    }

    private Object named(ValueCodec codec, Object value, String where) {
        return switch (codec) {
            case ScalarCodec _ -> value instanceof Number number ? number(number) : value;
            case ValueCodec.Text _, ValueCodec.Bytes _, EnumNameCodec _ -> value;
            case EnumCodec _ -> ((Enum<?>) value).name();
            case TensorCodec _ -> NamedTensors.map((Tensor) value);
            case ValueCodec.Callback callback ->
                Map.of(UntypedValues.CALLBACK_KEY, Integer.toUnsignedLong(references.number(value, callback)));
            case ValueCodec.Nested nested -> record(ReferenceCodec.behind(nested.codec()), value);
            case ArrayCodec _ -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < Array.getLength(value); i++) {
                    list.add(named(ScalarCodec.BOOL, Array.get(value, i), where));
                }
                yield list;
            }
            case ListCodec list ->
                ((List<?>) value)
                        .stream()
                                .map(one -> named(list.element(), MessageWriter.required(one, where), where))
                                .toList();
            case MapCodec map -> {
                Map<Object, Object> named = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, held) -> named.put(
                                MessageWriter.required(key, where),
                                named(map.value(), MessageWriter.required(held, where), where)));
                yield named;
            }
        };
    }

    private static Object number(Number number) {
        return number instanceof Float || number instanceof Double ? number : (Object) number.longValue();
    }

    Object record(ReferenceCodec codec, Map<?, ?> map, String where) {
        @Nullable Object[] values = new Object[codec.binding().fields().size()];
        for (RecordBinding.FieldBinding field : codec.binding().fields()) {
            Object value = map.get(field.slot().field().name());
            if (value != null) {
                values[field.index()] = value(field.codec(), value, field.where());
            } else if (!field.isOptional()) {
                throw new BrokenMessageException(field.where(), "is missing");
            }
        }
        return codec.handles().made(values, where);
    }

    private Object value(ValueCodec codec, @Nullable Object named, String where) {
        return switch (codec) {
            case ScalarCodec scalar -> NamedScalars.value(scalar.type(), named, where);
            case ValueCodec.Text _, EnumNameCodec _ -> require(String.class, named, where);
            case ValueCodec.Bytes _ ->
                require(MemorySegment.class, named, where).asReadOnly();
            case EnumCodec constants -> constant(constants, require(String.class, named, where), where);
            case TensorCodec tensor -> NamedTensors.tensor(tensor.element(), require(Map.class, named, where), where);
            case ValueCodec.Callback callback -> callback(callback, require(Map.class, named, where), where);
            case ValueCodec.Nested nested ->
                record(ReferenceCodec.behind(nested.codec()), require(Map.class, named, where), where);
            case ArrayCodec array -> array(array, require(List.class, named, where), where);
            case ListCodec list -> {
                List<Object> values = new ArrayList<>();
                for (Object one : require(List.class, named, where)) {
                    values.add(value(list.element(), one, where));
                }
                yield Collections.unmodifiableList(values);
            }
            case MapCodec map -> {
                Map<String, Object> values = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) require(Map.class, named, where)).entrySet()) {
                    values.put((String) entry.getKey(), value(map.value(), entry.getValue(), where));
                }
                yield Collections.unmodifiableMap(values);
            }
        };
    }

    private static Object array(ArrayCodec codec, List<?> list, String where) {
        ScalarCodec element = ScalarCodec.of(codec.type());
        Object array = Array.newInstance(element.primitive(), list.size());
        for (int i = 0; i < list.size(); i++) {
            Array.set(array, i, NamedScalars.value(codec.type(), list.get(i), where));
        }
        return array;
    }

    private static Object constant(EnumCodec codec, String name, String where) {
        for (Enum<?> constant : codec.constants().values()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new BrokenMessageException(where, "enum " + codec.definition().name() + " has not the name it was given");
    }

    private Object callback(ValueCodec.Callback codec, Map<?, ?> map, String where) {
        int number = NamedScalars.u32(map.get(UntypedValues.CALLBACK_KEY), where);
        try {
            return codec.raw().cast(references.callback(number, codec));
        } catch (IllegalArgumentException unknown) {
            throw new BrokenMessageException(where, String.valueOf(unknown.getMessage()));
        }
    }

    static <T> T require(Class<T> type, @Nullable Object named, String where) {
        if (!type.isInstance(named)) {
            throw new BrokenMessageException(where, "is no " + type.getSimpleName());
        }
        return type.cast(named);
    }
}
