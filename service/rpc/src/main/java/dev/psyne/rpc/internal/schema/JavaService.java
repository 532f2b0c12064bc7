package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.Idempotent;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service that was read off a Java interface. Its abstract methods, inherited ones too, are the methods; default and
 * static ones are the interface's own affair.
 *
 * @param java what it reaches, itself included
 * @param methods by their names in the schema
 */
public record JavaService(JavaSchema java, ServiceOf service, Map<String, JavaMethod> methods) {
    public JavaService {
        methods = Map.copyOf(methods);
    }

    /**
     * One method.
     *
     * @param positions of the definition's parameters among the Java method's, whose last one is the stream if the
     *     definition has an input
     */
    public record JavaMethod(Definition.Method definition, Method method, List<Integer> positions) {
        public JavaMethod {
            positions = List.copyOf(positions);
        }
    }

    /**
     * The service that an interface is.
     *
     * @throws SchemaException that names the interface, the method, the parameter and what cannot be mapped
     */
    public static JavaService of(Class<?> type) {
        if (!type.isInterface() || type.isAnnotation() || type.getTypeParameters().length > 0) {
            throw new SchemaException(type.getName() + " is no service: one is an interface without type parameters");
        }
        JavaReader reader = new JavaReader();
        Map<String, JavaMethod> methods = new LinkedHashMap<>();
        for (Method method : abstractMethods(type)) {
            JavaMethod read = method(reader, type, method);
            if (methods.putIfAbsent(read.definition().name(), read) != null) {
                throw new SchemaException(type.getName() + " has the method "
                        + read.definition().name() + " twice; give one of them another name, or @Name");
            }
        }
        String name = JavaNames.of(type);
        reader.add(
                type,
                new ServiceOf(
                        name,
                        methods.values().stream().map(JavaMethod::definition).toList()));
        JavaSchema java = reader.finish(JavaReader.packageOf(type));
        return new JavaService(java, java.schema().service(name), methods);
    }

    private static List<Method> abstractMethods(Class<?> type) {
        return List.of(type.getMethods()).stream()
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .sorted(Comparator.comparing(Method::toGenericString))
                .toList();
    }

    private static JavaMethod method(JavaReader reader, Class<?> type, Method method) {
        String where = type.getName() + "." + method.getName();
        if (method.getTypeParameters().length > 0) {
            throw new SchemaException(where + ": a method has no type parameters; name the types");
        }
        int count = method.getParameterCount();
        Type input = count == 0 ? null : item(reader, where, method.getParameters()[count - 1].getAnnotatedType());
        List<Numbered> parameters = new ArrayList<>();
        for (int i = 0; i < (input == null ? count : count - 1); i++) {
            parameters.add(new Numbered(reader.parameter(where, method.getParameters()[i], i), i));
        }
        parameters.sort(Comparator.comparingInt(each -> each.field().number()));
        Definition.Method definition = new Definition.Method(
                JavaNames.of(method),
                parameters.stream().map(Numbered::field).toList(),
                input,
                output(reader, where, method),
                method.isAnnotationPresent(Idempotent.class));
        return new JavaMethod(
                definition, method, parameters.stream().map(Numbered::position).toList());
    }

    private record Numbered(Field field, int position) {}

    private static @Nullable Output output(JavaReader reader, String where, Method method) {
        if (method.getReturnType() == void.class) {
            return null;
        }
        String result = where + ", its result";
        if (Absence.ofResult(method)) {
            throw new SchemaException(
                    result + ": a result is always there; give a record with a component that may be absent");
        }
        AnnotatedType type = method.getAnnotatedReturnType();
        return Optional.ofNullable(item(reader, result, type))
                .map(item -> new Output(item, true))
                .orElseGet(() -> new Output(reader.type(type, result), false));
    }

    /** What the items of a stream are; null if it is none. */
    private static @Nullable Type item(JavaReader reader, String where, AnnotatedType type) {
        return type instanceof AnnotatedParameterizedType parameterized
                        && ((ParameterizedType) parameterized.getType()).getRawType() == Items.class
                ? reader.type(parameterized.getAnnotatedActualTypeArguments()[0], where + ", an item of its stream")
                : null;
    }
}
