package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Finds out whether the values of a type may hold some of another. */
record TypeSearch(Map<String, Definition> definitions, Predicate<Type> wanted) {
    /** For values that lie in their message: tensors and bytes. */
    static TypeSearch inPlace(Map<String, Definition> definitions) {
        return new TypeSearch(definitions, type -> type instanceof Type.Bytes || type instanceof Type.TensorOf);
    }

    /** For functions of the sender. */
    static TypeSearch callbacks(Map<String, Definition> definitions) {
        return new TypeSearch(definitions, Type.Callback.class::isInstance);
    }

    boolean isIn(Type type) {
        return isIn(type, new HashSet<>());
    }

    private boolean isIn(Type type, Set<String> seen) {
        if (wanted.test(type)) {
            return true;
        }
        return switch (type) {
            case Type.ListOf(Type element) -> isIn(element, seen);
            case Type.MapOf(Type value) -> isIn(value, seen);
            case Type.Named(String name) ->
                definitions.get(name) instanceof RecordOf record
                        && seen.add(name)
                        && record.fields().stream().anyMatch(field -> isIn(field.type(), seen));
            case Type.Scalar _, Type.Text _, Type.Bytes _, Type.TensorOf _, Type.Callback _ -> false;
        };
    }
}
