package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.Callback;
import dev.psyne.rpc.Element;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names of one Java file: imports as they are needed, whole names where the schema has the short one. */
final class JavaFile {
    /** By its name: the annotation need not be there where files are written. */
    private static final String NULLABLE = "org.jspecify.annotations.Nullable";

    private final Set<String> imports = new TreeSet<>();
    private final Map<String, String> written;

    /**
     * A file without a name yet.
     *
     * @param written the schema's names as Java has them, by themselves
     */
    JavaFile(Map<String, String> written) {
        this.written = written;
    }

    static Map<String, String> written(Schema schema) {
        Set<String> names =
                schema.definitions().stream().map(each -> each.name()).collect(Collectors.toSet());
        return names.stream().collect(Collectors.toMap(name -> name, name -> JavaWords.TYPES.of(name, names)));
    }

    /** A class as the file calls it. */
    String name(Class<?> type) {
        return type.getPackageName().equals("java.lang") && !written.containsValue(type.getSimpleName())
                ? type.getSimpleName()
                : name(type.getName());
    }

    private String name(String whole) {
        String simple = whole.substring(whole.lastIndexOf('.') + 1);
        if (written.containsValue(simple)) {
            return whole;
        }
        imports.add(whole);
        return simple;
    }

    /** The type of a component, parameter or result. */
    String type(Type type) {
        return switch (type) {
            case Type.Scalar scalar -> primitive(scalar);
            case Type.Text _ -> name(String.class);
            case Type.Bytes _ -> name(MemorySegment.class);
            case Type.TensorOf(ElementType element) -> annotated(element(element), name(Tensor.class));
            case Type.ListOf(Type.Scalar scalar) -> primitive(scalar) + "[]";
            case Type.ListOf(Type element) -> name(List.class) + "<" + reference(element) + ">";
            case Type.MapOf(Type value) -> name(Map.class) + "<" + name(String.class) + ", " + reference(value) + ">";
            case Type.Callback(Type argument, Type result) ->
                name(Callback.class) + "<" + reference(argument) + ", " + reference(result) + ">";
            case Type.Named(String name) -> written.getOrDefault(name, name);
        };
    }

    /** The type where Java wants an object. */
    String reference(Type type) {
        return type instanceof Type.Scalar scalar ? name(box(scalar)) : type(type);
    }

    /** The type of items. */
    String items(Type type) {
        return name(Items.class) + "<" + reference(type) + ">";
    }

    /** The type of what may be absent. */
    String optional(Type type) {
        String nullable = "@" + name(NULLABLE) + " ";
        return switch (type) {
            case Type.ListOf(Type.Scalar scalar) -> primitive(scalar) + " " + nullable + "[]";
            case Type.TensorOf(ElementType element) -> annotated(nullable + element(element), name(Tensor.class));
            default -> annotated(nullable, reference(type));
        };
    }

    /** An annotation of a type stands before the last part of a whole name. */
    private static String annotated(String annotations, String type) {
        int arguments = type.indexOf('<');
        int last = type.lastIndexOf('.', arguments < 0 ? type.length() : arguments) + 1;
        return type.substring(0, last) + annotations + type.substring(last);
    }

    /** Package, imports and what follows. */
    String text(String packageName, String body) {
        String all = imports.stream().map(each -> "import " + each + ";\n").collect(Collectors.joining());
        return JavaGenerator.marker(packageName) + "package " + packageName + ";\n\n" + all
                + (all.isEmpty() ? "" : "\n") + body;
    }

    private String element(@Nullable ElementType element) {
        return element == null
                ? ""
                : "@" + name(Element.class) + "(" + name(ElementType.class) + "." + element.name() + ") ";
    }

    private static String primitive(Type.Scalar scalar) {
        return switch (scalar) {
            case BOOL -> "boolean";
            case I8 -> "byte";
            case I16 -> "short";
            case I32 -> "int";
            case I64 -> "long";
            case F32 -> "float";
            case F64 -> "double";
        };
    }

    private static Class<?> box(Type.Scalar scalar) {
        return switch (scalar) {
            case BOOL -> Boolean.class;
            case I8 -> Byte.class;
            case I16 -> Short.class;
            case I32 -> Integer.class;
            case I64 -> Long.class;
            case F32 -> Float.class;
            case F64 -> Double.class;
        };
    }
}
