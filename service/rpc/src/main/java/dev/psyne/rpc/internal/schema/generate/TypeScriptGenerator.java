package dev.psyne.rpc.internal.schema.generate;

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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A module of interfaces, and of enums as constant objects, with what peers exchange as constants; TypeScript 5, ES2020.
 * It imports nothing.
 */
public final class TypeScriptGenerator {
    private final Schema schema;
    private final TypeScriptTypes types;
    private final StringBuilder out = new StringBuilder();

    private TypeScriptGenerator(Schema schema) {
        this.schema = schema;
        types = new TypeScriptTypes(schema);
    }

    /** The module, by its path: the last part of the package. */
    public static SortedMap<String, String> files(Schema schema) {
        String name = schema.packageName().substring(schema.packageName().lastIndexOf('.') + 1);
        SortedMap<String, String> files = new TreeMap<>();
        files.put(name + ".ts", new TypeScriptGenerator(schema).module());
        return files;
    }

    private String module() {
        out.append(JavaGenerator.marker(schema.packageName())).append('\n');
        for (Exchanged each : Exchanged.of(schema)) {
            out.append("export const ")
                    .append(each.schemaName())
                    .append(": string = `")
                    .append(each.schema().canonical())
                    .append("`;\nexport const ")
                    .append(each.fingerprintName())
                    .append(": bigint = 0x")
                    .append(Schema.hex(each.schema().fingerprint()))
                    .append("n;\n");
        }
        if (schema.canonical().contains("tensor")) {
            out.append(TypeScriptTypes.TENSOR);
        }
        schema.definitions().forEach(this::definition);
        return out.toString();
    }

    private void definition(Definition definition) {
        String name = types.written(definition.name());
        switch (definition) {
            case EnumOf of -> {
                out.append("\nexport const ").append(name).append(" = {\n");
                for (Constant constant : of.constants()) {
                    line(constant.name() + ": " + constant.number() + ",");
                }
                out.append("} as const;\nexport type ").append(name).append(" = (typeof ");
                out.append(name).append(")[keyof typeof ").append(name).append("];\n");
            }
            case RecordOf of -> {
                out.append("\nexport interface ").append(name).append(" {\n");
                of.fields()
                        .forEach(field -> line(
                                field.name() + (field.optional() ? "?: " : ": ") + types.text(field.type()) + ";"));
                out.append("}\n");
            }
            case ServiceOf of -> {
                out.append("\nexport interface ").append(name).append(" {\n");
                of.methods().forEach(method -> line(method(method)));
                out.append("}\n");
            }
        }
    }

    private String method(Method method) {
        List<String> parameters = new ArrayList<>();
        List<Field> fields = method.parameters();
        List<String> names = fields.stream().map(Field::name).toList();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            boolean mayBeLeftOut =
                    method.input() == null && fields.stream().skip(i).allMatch(Field::optional);
            parameters.add(TypeScriptTypes.PARAMETER_WORDS.of(field.name(), names)
                    + (mayBeLeftOut ? "?: " : ": ")
                    + types.text(field.type())
                    + (field.optional() && !mayBeLeftOut ? " | undefined" : ""));
        }
        Type input = method.input();
        if (input != null) {
            String items = types.text(input);
            parameters.add(new Escapes(Set.copyOf(names)).of("items", names) + ": ReadableStream<" + items
                    + "> | AsyncIterable<" + items + "> | Iterable<" + items + ">");
        }
        return method.name() + parameters.stream().collect(Collectors.joining(", ", "(", "): "))
                + result(method.output()) + ";";
    }

    private String result(@Nullable Output output) {
        if (output == null) {
            return "Promise<void>";
        }
        return (output.streamed() ? "ReadableStream<" : "Promise<") + types.text(output.type()) + ">";
    }

    private void line(String line) {
        out.append("  ").append(line).append('\n');
    }
}
