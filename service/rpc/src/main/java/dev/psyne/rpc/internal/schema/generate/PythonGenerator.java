package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.SchemaFile;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A module of dataclasses, IntEnums and Protocols, of blocking calls and of awaited ones, for Python 3.10 and newer,
 * typed, with what peers exchange as constants. Its imports have names that no schema can have; it needs numpy for the eyes of type checkers alone.
 */
public final class PythonGenerator {
    private static final int WIDE_SIGNATURE = 120;
    private static final String EMPTY = "    pass\n";

    private final Schema schema;
    private final PythonTypes types;
    private final StringBuilder out = new StringBuilder();

    private PythonGenerator(Schema schema) {
        this.schema = schema;
        types = new PythonTypes(schema);
    }

    /** The module, by its path: the last part of the package. */
    public static SortedMap<String, String> files(Schema schema) {
        String name = schema.packageName().substring(schema.packageName().lastIndexOf('.') + 1);
        SortedMap<String, String> files = new TreeMap<>();
        files.put(PythonTypes.WORDS.of(name, List.of()) + ".py", new PythonGenerator(schema).module());
        return files;
    }

    private String module() {
        out.append("\"\"\"")
                .append(SchemaFile.MARKER)
                .append(" from the schema of ")
                .append(schema.packageName())
                .append("""
                        ; change that instead.\"""

                        from __future__ import annotations

                        import collections.abc as _abc
                        import dataclasses as _dataclasses
                        import enum as _enum
                        import typing as _typing

                        if _typing.TYPE_CHECKING:
                            import numpy as _numpy
                            import numpy.typing as _arrays

                        """);
        for (Exchanged each : Exchanged.of(schema)) {
            out.append(each.schemaName())
                    .append(": _typing.Final = \"\"\"\\\n")
                    .append(each.schema().canonical())
                    .append("\"\"\"\n")
                    .append(each.fingerprintName())
                    .append(": _typing.Final = 0x")
                    .append(Schema.hex(each.schema().fingerprint()))
                    .append('\n');
        }
        schema.definitions().forEach(this::definition);
        return out.toString();
    }

    private void definition(Definition definition) {
        out.append("\n\n");
        switch (definition) {
            case EnumOf of -> enumOf(of);
            case RecordOf of -> recordOf(of);
            case ServiceOf of -> {
                serviceOf(of, false);
                out.append("\n\n");
                serviceOf(of, true);
            }
        }
    }

    private void enumOf(EnumOf of) {
        out.append("class ").append(types.written(of.name())).append("(_enum.IntEnum):\n");
        List<String> names = of.constants().stream().map(Constant::name).toList();
        for (Constant constant : of.constants()) {
            out.append("    ")
                    .append(PythonTypes.ENUM_WORDS.of(constant.name(), names))
                    .append(" = ")
                    .append(constant.number())
                    .append('\n');
        }
    }

    private void recordOf(RecordOf of) {
        out.append("@_dataclasses.dataclass(slots=True)\nclass ")
                .append(types.written(of.name()))
                .append(":\n");
        List<String> names = of.fields().stream().map(Field::name).toList();
        for (Field field : of.fields()) {
            out.append("    ")
                    .append(PythonTypes.WORDS.of(field.name(), names))
                    .append(": ")
                    .append(types.hint(field.type()))
                    .append(field.optional() ? " | None = _dataclasses.field(default=None, kw_only=True)" : "")
                    .append('\n');
        }
        if (names.isEmpty()) {
            out.append(EMPTY);
        }
    }

    private void serviceOf(ServiceOf of, boolean isAsync) {
        String name = isAsync ? types.asyncWritten(of.name()) : types.written(of.name());
        out.append("class ").append(name).append("(_typing.Protocol):\n");
        List<String> names = of.methods().stream().map(Method::name).toList();
        String between = "";
        for (Method method : of.methods()) {
            out.append(between);
            method(method, PythonTypes.WORDS.of(method.name(), names), isAsync);
            between = "\n";
        }
        if (names.isEmpty()) {
            out.append(EMPTY);
        }
    }

    private void method(Method method, String name, boolean isAsync) {
        Output output = method.output();
        boolean waits = isAsync && (output == null || !output.streamed());
        List<String> parameters = parameters(method, isAsync);
        String begin = (waits ? "    async def " : "    def ") + name + "(";
        String end = ") -> " + result(output, isAsync) + ": ...\n";
        String line = begin + String.join(", ", parameters) + end;
        out.append(
                line.length() <= WIDE_SIGNATURE
                        ? line
                        : begin + "\n        " + String.join(",\n        ", parameters) + ",\n    " + end);
    }

    private List<String> parameters(Method method, boolean isAsync) {
        List<String> parameters = new ArrayList<>(List.of("self"));
        List<Field> fields = method.parameters();
        List<String> names = fields.stream().map(Field::name).toList();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            parameters.add(PythonTypes.PARAMETER_WORDS.of(field.name(), names) + ": "
                    + types.parameter(field.type(), isAsync)
                    + (field.optional() ? " | None" : "")
                    + (onlyOptionalFrom(method, i) ? " = None" : ""));
        }
        Type input = method.input();
        if (input != null) {
            String hint = types.hint(input);
            parameters.add(new Escapes(Set.copyOf(names)).of("items", names) + ": _abc.Iterable[" + hint + "]"
                    + (isAsync ? " | _abc.AsyncIterable[" + hint + "]" : ""));
        }
        return parameters;
    }

    /** A parameter has a default if all behind it have one: their order is the schema's. */
    private static boolean onlyOptionalFrom(Method method, int first) {
        return method.input() == null
                && method.parameters().stream().skip(first).allMatch(Field::optional);
    }

    private String result(@Nullable Output output, boolean isAsync) {
        if (output == null) {
            return "None";
        }
        String hint = types.hint(output.type());
        return output.streamed() ? (isAsync ? "_abc.AsyncIterator[" : "_abc.Iterator[") + hint + "]" : hint;
    }
}
