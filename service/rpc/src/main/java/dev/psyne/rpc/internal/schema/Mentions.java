package dev.psyne.rpc.internal.schema;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a type mentions, itself included.
 *
 * @param names of records and enums, in the order of the text
 * @param hasCallback whether one is in it
 */
record Mentions(Set<String> names, boolean hasCallback) {
    static Mentions of(Type type) {
        Set<String> names = new LinkedHashSet<>();
        return new Mentions(names, collect(type, names));
    }

    private static boolean collect(Type type, Set<String> names) {
        return switch (type) {
            case Type.ListOf(Type element) -> collect(element, names);
            case Type.MapOf(Type value) -> collect(value, names);
            case Type.Callback(Type argument, Type result) -> {
                collect(argument, names);
                collect(result, names);
                yield true;
            }
            case Type.Named(String name) -> {
                names.add(name);
                yield false;
            }
            case Type.Scalar _, Type.Text _, Type.Bytes _, Type.TensorOf _ -> false;
        };
    }
}
