package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.Callback;
import dev.psyne.rpc.Element;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads types, records and enums off Java, and whatever they reach. */
final class JavaReader {
    private static final Map<Class<?>, Type> SCALARS = scalars();

    private final Map<String, Class<?>> classes = new HashMap<>();
    private final Map<String, List<RecordComponent>> components = new HashMap<>();
    private final Map<String, List<Enum<?>>> constants = new HashMap<>();
    private final Map<String, Definition> definitions = new LinkedHashMap<>();
    private final Deque<Class<?>> open = new ArrayDeque<>();

    private static Map<Class<?>, Type> scalars() {
        Map<Class<?>, Type> all = new HashMap<>(Absence.BOXED);
        all.putAll(Map.of(
                boolean.class, Type.Scalar.BOOL,
                byte.class, Type.Scalar.I8,
                short.class, Type.Scalar.I16,
                int.class, Type.Scalar.I32,
                long.class, Type.Scalar.I64,
                float.class, Type.Scalar.F32,
                double.class, Type.Scalar.F64,
                String.class, new Type.Text(),
                MemorySegment.class, new Type.Bytes()));
        return all;
    }

    static String packageOf(Class<?> type) {
        if (type.getPackageName().isEmpty()) {
            throw new SchemaException(
                    type.getName() + " is in no package, and a schema has one; put it into a package");
        }
        return type.getPackageName();
    }

    /** A definition that was read elsewhere. */
    void add(Class<?> type, Definition definition) {
        claim(type, definition.name());
        definitions.put(definition.name(), definition);
    }

    /** Everything that was reached. */
    JavaSchema finish(String packageName) {
        while (!open.isEmpty()) {
            Class<?> next = open.remove();
            Definition definition = next.isRecord() ? recordOf(next) : enumOf(next);
            definitions.put(definition.name(), definition);
        }
        return new JavaSchema(Schema.of(packageName, definitions.values()), classes, components, constants);
    }

    /** The name of a record or enum, which will be read. */
    String define(Class<?> type) {
        String name = JavaNames.of(type);
        if (type.getTypeParameters().length > 0) {
            throw new SchemaException(type.getName() + ": a record has no type parameters; name the types");
        }
        if (claim(type, name)) {
            open.add(type);
        }
        return name;
    }

    private boolean claim(Class<?> type, String name) {
        Class<?> other = classes.putIfAbsent(name, type);
        if (other != null && other != type) {
            throw new SchemaException(other.getName() + " and " + type.getName() + " are both called " + name
                    + "; give one of them another name, or @Name");
        }
        if (other == null && classes.size() > SchemaLimits.MAX_DEFINITIONS) {
            throw new SchemaException(type.getName() + " is one record or enum too many; at most "
                    + SchemaLimits.MAX_DEFINITIONS + " are possible");
        }
        return other == null;
    }

    Field parameter(String method, Parameter parameter, int place) {
        String name = JavaNames.of(parameter, method + ", parameter " + (place + 1));
        String where = method + ", parameter " + name;
        boolean optional = Absence.of(parameter);
        return field(parameter.getAnnotatedType(), JavaNames.numberOf(parameter, place), name, optional, where);
    }

    private Field component(RecordComponent component, int place) {
        String where = component.getDeclaringRecord().getName() + ", component " + component.getName();
        boolean optional = Absence.of(component);
        return field(
                component.getAnnotatedType(),
                JavaNames.numberOf(component, place),
                JavaNames.of(component),
                optional,
                where);
    }

    private Field field(AnnotatedType type, int number, String name, boolean optional, String where) {
        if (optional && type.getType() instanceof Class<?> raw && raw.isPrimitive()) {
            throw new SchemaException(where + ": a " + raw + " cannot be absent; take its box");
        }
        return new Field(number, shape(type, where, 1), name, optional);
    }

    private Definition recordOf(Class<?> type) {
        RecordComponent[] all = type.getRecordComponents();
        Map<RecordComponent, Field> fields = new LinkedHashMap<>();
        for (int i = 0; i < all.length; i++) {
            fields.put(all[i], component(all[i], i));
        }
        String name = JavaNames.of(type);
        components.put(
                name,
                fields.entrySet().stream()
                        .sorted(Comparator.comparingInt(
                                entry -> entry.getValue().number()))
                        .map(Map.Entry::getKey)
                        .toList());
        return new RecordOf(name, List.copyOf(fields.values()));
    }

    private Definition enumOf(Class<?> type) {
        List<Enum<?>> all = Arrays.stream(type.getEnumConstants())
                .<Enum<?>>map(Enum.class::cast)
                .sorted(Comparator.comparingInt(JavaNames::numberOf))
                .toList();
        constants.put(JavaNames.of(type), all);
        return new EnumOf(
                JavaNames.of(type),
                all.stream()
                        .map(constant -> new Constant(JavaNames.numberOf(constant), JavaNames.of(constant)))
                        .toList());
    }

    /** The type of a result, of an item or within another type: always there. */
    Type type(AnnotatedType type, String where) {
        return within(type, where, 1);
    }

    private Type within(AnnotatedType type, String where, int depth) {
        if (Absence.annotated(type)) {
            throw new SchemaException(where + ": what stands in " + type
                    + " cannot be absent; only a record's component or a method's parameter can");
        }
        return shape(type, where, depth);
    }

    private Type shape(AnnotatedType type, String where, int depth) {
        if (depth > SchemaLimits.MAX_NESTED_TYPES) {
            throw new SchemaException(where + ": more than " + SchemaLimits.MAX_NESTED_TYPES
                    + " types are nested in one another; put a record between them");
        }
        Element element = type.getAnnotation(Element.class);
        if (type.getType() == Tensor.class) {
            return new Type.TensorOf(element == null ? null : element.value());
        }
        if (element != null) {
            throw new SchemaException(where + ": @Element is for a Tensor, not for "
                    + type.getType().getTypeName());
        }
        return switch (type) {
            case AnnotatedArrayType array -> array(array, where);
            case AnnotatedParameterizedType parameterized -> parameterized(parameterized, where, depth);
            default -> plain(type, where);
        };
    }

    private static Type array(AnnotatedArrayType array, String where) {
        java.lang.reflect.Type element =
                array.getAnnotatedGenericComponentType().getType();
        if (!(element instanceof Class<?> raw) || !raw.isPrimitive() || !SCALARS.containsKey(raw)) {
            throw unknown(where, array.getType(), "an array is of numbers or boolean; take a List");
        }
        return new Type.ListOf(SCALARS.get(raw));
    }

    private Type parameterized(AnnotatedParameterizedType type, String where, int depth) {
        java.lang.reflect.Type raw = ((ParameterizedType) type.getType()).getRawType();
        AnnotatedType[] arguments = type.getAnnotatedActualTypeArguments();
        if (raw == List.class) {
            return new Type.ListOf(within(arguments[0], where, depth + 1));
        }
        if (raw == Map.class) {
            if (arguments[0].getType() != String.class) {
                throw unknown(where, type.getType(), "the keys of a map are String");
            }
            return new Type.MapOf(within(arguments[1], where, depth + 1));
        }
        if (raw == Callback.class) {
            return new Type.Callback(within(arguments[0], where, depth + 1), within(arguments[1], where, depth + 1));
        }
        throw unknown(where, type.getType(), advice(raw));
    }

    private Type plain(AnnotatedType type, String where) {
        if (type.getType() instanceof Class<?> raw) {
            Type known = SCALARS.get(raw);
            if (known != null) {
                return known;
            }
            if (raw.isRecord() || raw.isEnum()) {
                return new Type.Named(define(raw));
            }
        }
        throw unknown(where, type.getType(), advice(type.getType()));
    }

    private static String advice(java.lang.reflect.Type type) {
        if (type == Items.class) {
            return "a stream is a method's last parameter or its result";
        }
        return "there are boolean, numbers, String, MemorySegment, Tensor, arrays of numbers, List, Map, Callback,"
                + " records and enums";
    }

    private static SchemaException unknown(String where, java.lang.reflect.Type type, String advice) {
        return new SchemaException(where + ": " + type.getTypeName() + " is no type of a schema; " + advice);
    }
}
