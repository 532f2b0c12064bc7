package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.Name;
import dev.psyne.rpc.SchemaException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** The names and numbers in a schema of what stands in Java. */
public final class JavaNames {
    private JavaNames() {}

    /** Of a record, an enum or an interface. */
    public static String of(Class<?> type) {
        return given(type, type.getSimpleName());
    }

    /** Of a method. */
    public static String of(Method method) {
        return given(method, method.getName());
    }

    /** Of a field. */
    public static String of(RecordComponent component) {
        return given(component, component.getName());
    }

    /** Of a value. */
    public static String of(Enum<?> constant) {
        return given(declaration(constant), constant.name());
    }

    static String of(Parameter parameter, String where) {
        if (!parameter.isNamePresent() && !parameter.isAnnotationPresent(Name.class)) {
            throw new SchemaException(
                    where + ": its name was not compiled in; compile with -parameters or give it @Name");
        }
        return given(parameter, parameter.getName());
    }

    /** The number of a component or parameter at a place, from 0. */
    static int numberOf(AnnotatedElement element, int place) {
        return number(element, place + 1);
    }

    static int numberOf(Enum<?> constant) {
        return number(declaration(constant), constant.ordinal());
    }

    private static int number(AnnotatedElement element, int otherwise) {
        dev.psyne.rpc.@Nullable Field given = element.getAnnotation(dev.psyne.rpc.Field.class);
        return given == null ? otherwise : given.value();
    }

    private static String given(AnnotatedElement element, String otherwise) {
        Name given = element.getAnnotation(Name.class);
        return given == null ? otherwise : given.value();
    }

    private static java.lang.reflect.Field declaration(Enum<?> constant) {
        try {
            return constant.getDeclaringClass().getDeclaredField(constant.name());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(constant.getDeclaringClass() + " has no field " + constant.name(), e);
        }
    }
}
