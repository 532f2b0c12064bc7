package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The definitions of test records, numbered in the order of their components and of their enums' constants. */
final class RecordSchemas {
    private final Map<String, Definition> definitions = new LinkedHashMap<>();

    /** All that these records reach. */
    static Map<String, Definition> of(Class<?>... records) {
        RecordSchemas schemas = new RecordSchemas();
        for (Class<?> type : records) {
            schemas.named(type);
        }
        return schemas.definitions;
    }

    private Type named(Class<?> type) {
        String name = type.getSimpleName();
        if (!definitions.containsKey(name)) {
            definitions.put(name, new Definition.RecordOf(name, List.of()));
            definitions.put(name, type.isEnum() ? constants(type) : fields(type));
        }
        return new Type.Named(name);
    }

    private static Definition constants(Class<?> type) {
        List<Definition.Constant> constants = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            constants.add(new Definition.Constant(constants.size(), ((Enum<?>) constant).name()));
        }
        return new Definition.EnumOf(type.getSimpleName(), constants);
    }

    private Definition fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            fields.add(new Field(fields.size() + 1, type(component.getGenericType()), component.getName(), optional));
        }
        return new Definition.RecordOf(type.getSimpleName(), fields);
    }

    /** The type that a Java type holds. */
    Type type(java.lang.reflect.Type held) {
        if (held instanceof ParameterizedType generic) {
            java.lang.reflect.Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Function.class) {
                return new Type.Callback(type(arguments[0]), type(arguments[1]));
            }
            return generic.getRawType() == List.class
                    ? new Type.ListOf(type(arguments[0]))
                    : new Type.MapOf(type(arguments[1]));
        }
        Class<?> type = (Class<?>) held;
        for (ScalarCodec scalar : ScalarCodec.values()) {
            if (type == scalar.primitive() || type == scalar.boxed()) {
                return scalar.type();
            }
        }
        if (type.isArray()) {
            return new Type.ListOf(type(type.getComponentType()));
        }
        if (type == String.class) {
            return new Type.Text();
        }
        if (type == MemorySegment.class) {
            return new Type.Bytes();
        }
        return type == Tensor.class ? new Type.TensorOf(null) : named(type);
    }
}
