package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Enums, records, services, each by name; fields and values by number, methods by name. */
final class CanonicalOrder {
    private static final Comparator<Definition> DEFINITIONS =
            Comparator.<Definition>comparingInt(CanonicalOrder::rank).thenComparing(Definition::name);

    private CanonicalOrder() {}

    static List<Definition> of(Collection<Definition> definitions) {
        return definitions.stream()
                .map(CanonicalOrder::within)
                .sorted(DEFINITIONS)
                .toList();
    }

    private static int rank(Definition definition) {
        return switch (definition) {
            case EnumOf _ -> 0;
            case RecordOf _ -> 1;
            case ServiceOf _ -> 2;
        };
    }

    private static Definition within(Definition definition) {
        return switch (definition) {
            case EnumOf(String name, List<Constant> constants) ->
                new EnumOf(name, sorted(constants, Comparator.comparingInt(Constant::number)));
            case RecordOf(String name, List<Field> fields) -> new RecordOf(name, byNumber(fields));
            case ServiceOf(String name, List<Method> methods) ->
                new ServiceOf(
                        name,
                        sorted(
                                methods.stream().map(CanonicalOrder::within).toList(),
                                Comparator.comparing(Method::name)));
        };
    }

    private static Method within(Method method) {
        return new Method(
                method.name(), byNumber(method.parameters()), method.input(), method.output(), method.idempotent());
    }

    private static List<Field> byNumber(List<Field> fields) {
        return sorted(fields, Comparator.comparingInt(Field::number));
    }

    private static <T> List<T> sorted(List<T> members, Comparator<T> order) {
        return members.stream().sorted(order).toList();
    }
}
