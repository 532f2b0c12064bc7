package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.Idempotent;
import dev.psyne.rpc.Name;
import dev.psyne.rpc.SchemaException;
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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Records, enums and interfaces, a file each, from which {@code JavaService} reads the same schema again, compiled with
 * or without {@code -parameters}.
 */
public final class JavaGenerator {
    /** What parameters take, a long or double two of it, beside the object (JVMS 4.3.3). */
    private static final int MAX_SLOTS = 254;

    private static final int WIDE_SIGNATURE = 100;
    private static final String BREAK = "\n        ";

    private final Schema schema;
    private final Map<String, String> written;

    private JavaGenerator(Schema schema) {
        this.schema = schema;
        written = JavaFile.written(schema);
    }

    /**
     * The files of a schema.
     *
     * @return texts by path
     * @throws SchemaException if Java cannot say it
     */
    public static SortedMap<String, String> files(Schema schema) {
        for (String part : schema.packageName().split("\\.")) {
            if (JavaWords.isWord(part)) {
                throw new SchemaException("package " + schema.packageName() + ": Java has no package with '" + part
                        + "' in its name; rename it");
            }
        }
        return new JavaGenerator(schema).files();
    }

    static String marker(String packageName) {
        return "// " + SchemaFile.MARKER + " from the schema of " + packageName + "; change that instead.\n";
    }

    private SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        TreeSet<String> paths = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        String folder = schema.packageName().replace('.', '/') + "/";
        for (Definition definition : schema.definitions()) {
            String path = folder + written.get(definition.name()) + ".java";
            if (!paths.add(path)) {
                throw new SchemaException(
                        definition.name() + " differs from another name in upper and lower case alone,"
                                + " and many file systems see one file; rename one");
            }
            files.put(path, file(definition));
        }
        return files;
    }

    private String file(Definition definition) {
        JavaFile file = new JavaFile(written);
        String body = switch (definition) {
            case RecordOf of -> recordOf(file, of);
            case EnumOf of -> enumOf(file, of);
            case ServiceOf of -> serviceOf(file, of);
        };
        return file.text(schema.packageName(), body);
    }

    private String head(JavaFile file, String kind, Definition of) {
        String name = written.getOrDefault(of.name(), of.name());
        return renamed(file, of.name(), name, "\n") + "public " + kind + " " + name;
    }

    private String recordOf(JavaFile file, RecordOf of) {
        checkSlots("record " + of.name(), of.fields());
        List<String> names = of.fields().stream().map(Field::name).toList();
        List<String> components = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Field field = of.fields().get(i);
            String name = JavaWords.MEMBERS.of(field.name(), names);
            components.add(renamed(file, field.name(), name, " ") + number(file, field.number(), i + 1)
                    + type(file, field) + " " + name);
        }
        String list = components.isEmpty() ? "" : BREAK + String.join("," + BREAK, components);
        return head(file, "record", of) + "(" + list + ") {}\n";
    }

    private String enumOf(JavaFile file, EnumOf of) {
        List<String> names = of.constants().stream().map(Constant::name).toList();
        StringBuilder body = new StringBuilder(head(file, "enum", of)).append(" {\n");
        for (int i = 0; i < names.size(); i++) {
            Constant constant = of.constants().get(i);
            String name = JavaWords.VARIABLES.of(constant.name(), names);
            body.append("    ")
                    .append(renamed(file, constant.name(), name, " "))
                    .append(number(file, constant.number(), i))
                    .append(name)
                    .append(",\n");
        }
        return body.append("}\n").toString();
    }

    private String serviceOf(JavaFile file, ServiceOf of) {
        String fingerprint = Schema.hex(schema.only(of.name()).fingerprint());
        StringBuilder body = new StringBuilder("/** Its fingerprint is " + fingerprint + ". */\n")
                .append(head(file, "interface", of))
                .append(" {");
        List<String> names = of.methods().stream().map(Method::name).toList();
        String between = "\n";
        for (Method method : of.methods()) {
            body.append(between).append(method(file, of, method, JavaWords.MEMBERS.of(method.name(), names)));
            between = "\n";
        }
        return body.append("}\n").toString();
    }

    private String method(JavaFile file, ServiceOf of, Method method, String name) {
        checkSlots("method " + of.name() + "." + method.name(), method.parameters());
        Output output = method.output();
        String result =
                output == null ? "void" : output.streamed() ? file.items(output.type()) : file.type(output.type());
        String annotations = method.idempotent() ? "    @" + file.name(Idempotent.class) + "\n" : "";
        String begin = "    " + renamed(file, method.name(), name, "\n    ") + result + " " + name + "(";
        List<String> parameters = parameters(file, method);
        String line = begin + String.join(", ", parameters) + ");\n";
        return annotations
                + (line.length() <= WIDE_SIGNATURE
                        ? line
                        : begin + BREAK + "    " + String.join("," + BREAK + "    ", parameters) + ");\n");
    }

    private List<String> parameters(JavaFile file, Method method) {
        List<String> names = method.parameters().stream().map(Field::name).toList();
        List<String> parameters = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Field field = method.parameters().get(i);
            parameters.add("@" + file.name(Name.class) + "(\"" + field.name() + "\") "
                    + number(file, field.number(), i + 1)
                    + type(file, field) + " " + JavaWords.VARIABLES.of(field.name(), names));
        }
        Type input = method.input();
        if (input != null) {
            parameters.add(file.items(input) + " " + new Escapes(Set.copyOf(names)).of("items", names));
        }
        return parameters;
    }

    private static String type(JavaFile file, Field field) {
        return field.optional() ? file.optional(field.type()) : file.type(field.type());
    }

    private static String renamed(JavaFile file, String name, String written, String behind) {
        return name.equals(written) ? "" : "@" + file.name(Name.class) + "(\"" + name + "\")" + behind;
    }

    private static String number(JavaFile file, int number, int place) {
        return number == place ? "" : "@" + file.name(dev.psyne.rpc.Field.class) + "(" + number + ") ";
    }

    private static void checkSlots(String what, List<Field> fields) {
        int slots = fields.stream().mapToInt(JavaGenerator::slots).sum();
        if (slots > MAX_SLOTS) {
            throw new SchemaException(what + " has more fields or parameters than Java takes (" + MAX_SLOTS
                    + ", an i64 or f64 counts twice); put some of them into a record");
        }
    }

    private static int slots(Field field) {
        return !field.optional() && (field.type() == Type.Scalar.I64 || field.type() == Type.Scalar.F64) ? 2 : 1;
    }
}
