package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.util.Collection;
import java.util.function.Consumer;

/** Writes the canonical form; the order of everything is the schema's. */
public final class SchemaPrinter {
    private final StringBuilder out = new StringBuilder();

    private SchemaPrinter() {}

    static String print(String packageName, Collection<Definition> definitions) {
        SchemaPrinter printer = new SchemaPrinter();
        printer.out.append("package ").append(packageName).append(";\n");
        definitions.forEach(printer::definition);
        return printer.out.toString();
    }

    /** A type in the language. */
    public static String print(Type type) {
        SchemaPrinter printer = new SchemaPrinter();
        printer.type(type);
        return printer.out.toString();
    }

    private void definition(Definition definition) {
        switch (definition) {
            case RecordOf of -> members("record", of, of.fields(), this::field);
            case EnumOf of ->
                members(
                        "enum",
                        of,
                        of.constants(),
                        constant -> out.append(constant.number()).append(' ').append(constant.name()));
            case ServiceOf of -> members("service", of, of.methods(), this::method);
        }
    }

    private <T> void members(String kind, Definition of, Collection<T> members, Consumer<T> print) {
        out.append(kind).append(' ').append(of.name()).append(" {\n");
        for (T member : members) {
            out.append("  ");
            print.accept(member);
            out.append(";\n");
        }
        out.append("}\n");
    }

    private void field(Field field) {
        out.append(field.number()).append(' ');
        type(field.type());
        out.append(' ').append(field.name()).append(field.optional() ? "?" : "");
    }

    private void method(Method method) {
        out.append(method.idempotent() ? "idempotent " : "")
                .append(method.name())
                .append('(');
        String between = "";
        for (Field parameter : method.parameters()) {
            out.append(between);
            field(parameter);
            between = ", ";
        }
        if (method.input() != null) {
            out.append(between).append("stream ");
            type(method.input());
        }
        out.append(')');
        Output output = method.output();
        if (output != null) {
            out.append(output.streamed() ? " -> stream " : " -> ");
            type(output.type());
        }
    }

    private void type(Type type) {
        switch (type) {
            case Type.Scalar scalar -> out.append(scalar.word());
            case Type.Text _ -> out.append("string");
            case Type.Bytes _ -> out.append("bytes");
            case Type.TensorOf(var element) ->
                out.append(element == null ? "tensor" : "tensor<" + Words.of(element) + ">");
            case Type.ListOf(Type element) -> within("list<", element, ">");
            case Type.MapOf(Type value) -> within("map<", value, ">");
            case Type.Callback(Type argument, Type result) -> {
                within("callback<", argument, ",");
                within("", result, ">");
            }
            case Type.Named(String name) -> out.append(name);
        }
    }

    private void within(String before, Type type, String behind) {
        out.append(before);
        type(type);
        out.append(behind);
    }
}
