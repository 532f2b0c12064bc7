package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Type;
import java.util.Map;
import java.util.TreeMap;

/** The schema text of test records, enums first. */
record CanonicalText(Map<String, Definition> definitions) {
    @Override
    public String toString() {
        StringBuilder enums = new StringBuilder("package golden;\n");
        StringBuilder records = new StringBuilder();
        for (Definition definition : new TreeMap<>(definitions).values()) {
            switch (definition) {
                case Definition.EnumOf constants -> {
                    enums.append("enum ").append(constants.name()).append(" {\n");
                    constants
                            .constants()
                            .forEach(one -> enums.append("  %d %s;%n".formatted(one.number(), one.name())));
                    enums.append("}\n");
                }
                case Definition.RecordOf record -> {
                    records.append("record ").append(record.name()).append(" {\n");
                    record.fields()
                            .forEach(field -> records.append("  %d %s %s%s;%n"
                                    .formatted(
                                            field.number(),
                                            text(field.type()),
                                            field.name(),
                                            field.optional() ? "?" : "")));
                    records.append("}\n");
                }
                case Definition.ServiceOf service -> throw new IllegalArgumentException(service.name());
            }
        }
        return enums.append(records).toString().strip();
    }

    private static String text(Type type) {
        return switch (type) {
            case Type.Scalar scalar -> scalar.word();
            case Type.Text _ -> "string";
            case Type.Bytes _ -> "bytes";
            case Type.TensorOf _ -> "tensor";
            case Type.ListOf list -> "list<" + text(list.element()) + ">";
            case Type.MapOf map -> "map<" + text(map.value()) + ">";
            case Type.Callback callback ->
                "callback<" + text(callback.argument()) + "," + text(callback.result()) + ">";
            case Type.Named named -> named.name();
        };
    }
}
