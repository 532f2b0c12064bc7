package dev.psyne.rpc.internal.schema;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether what stands in Java may be absent: it is boxed, or has an annotation {@code Nullable} of any package that is
 * kept at run time, wherever that annotation may stand.
 */
final class Absence {
    /** By their boxes. */
    static final Map<Class<?>, Type.Scalar> BOXED = Map.of(
            Boolean.class, Type.Scalar.BOOL,
            Byte.class, Type.Scalar.I8,
            Short.class, Type.Scalar.I16,
            Integer.class, Type.Scalar.I32,
            Long.class, Type.Scalar.I64,
            Float.class, Type.Scalar.F32,
            Double.class, Type.Scalar.F64);

    private Absence() {}

    static boolean of(RecordComponent component) {
        return of(component.getAnnotatedType())
                || declared(component)
                || declared(component.getAccessor())
                || declared(field(component));
    }

    static boolean of(Parameter parameter) {
        return of(parameter.getAnnotatedType()) || declared(parameter);
    }

    /** Of a result: only the annotation counts, since a box may be a matter of taste there. */
    static boolean ofResult(Method method) {
        return annotated(method.getAnnotatedReturnType()) || declared(method);
    }

    /** Whether the annotation stands at the type itself, or at what an array is of. */
    static boolean annotated(AnnotatedType type) {
        return declared(type)
                || type instanceof AnnotatedArrayType array && annotated(array.getAnnotatedGenericComponentType());
    }

    private static boolean of(AnnotatedType type) {
        return annotated(type) || type.getType() instanceof Class<?> raw && BOXED.containsKey(raw);
    }

    private static boolean declared(AnnotatedElement element) {
        return Stream.of(element.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(Absence::isNullable);
    }

    private static boolean isNullable(Class<? extends Annotation> type) {
        return type.getSimpleName().equals("Nullable");
    }

    private static AnnotatedElement field(RecordComponent component) {
        return Arrays.stream(component.getDeclaringRecord().getDeclaredFields())
                .filter(field -> field.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow();
    }
}
