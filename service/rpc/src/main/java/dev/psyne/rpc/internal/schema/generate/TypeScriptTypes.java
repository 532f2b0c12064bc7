package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What types and names of a schema are in TypeScript. */
final class TypeScriptTypes {
    /** The one type that JavaScript has not. */
    static final String TENSOR = """

            /** Numbers in rows: the outermost dimension first, the last one contiguous. */
            export interface Tensor<Name extends string = string, Data extends ArrayBufferView = ArrayBufferView> {
              readonly type: Name;
              readonly shape: readonly number[];
              readonly data: Data;
            }
            """;

    private static final Set<String> KEYWORDS = Escapes.words("""
            arguments await break case catch class const continue debugger default delete do else enum eval
            export extends false finally for function if implements import in instanceof interface let new null
            package private protected public return static super switch this throw true try typeof var void
            while with yield""");

    /** Names of types that a module uses or that TypeScript keeps. */
    private static final Set<String> TYPES = Escapes.words("""
            any unknown never number string boolean object symbol bigint undefined type Promise ReadableStream
            AsyncIterable Iterable Map Tensor ArrayBufferView Uint8Array Int8Array Int16Array Uint16Array
            Int32Array BigInt64Array Float32Array Float64Array""");

    /** Of parameters. */
    static final Escapes PARAMETER_WORDS = new Escapes(KEYWORDS);

    private final Map<String, String> written;

    TypeScriptTypes(Schema schema) {
        Set<String> names = schema.definitions().stream().map(Definition::name).collect(Collectors.toSet());
        Set<String> taken = new HashSet<>(KEYWORDS);
        taken.addAll(TYPES);
        for (Exchanged each : Exchanged.of(schema)) {
            taken.add(each.schemaName());
            taken.add(each.fingerprintName());
        }
        Escapes escapes = new Escapes(taken);
        written = names.stream().collect(Collectors.toMap(Function.identity(), name -> escapes.of(name, names)));
    }

    /** A definition's name. */
    String written(String name) {
        return written.getOrDefault(name, name);
    }

    /** A type. */
    String text(Type type) {
        return switch (type) {
            case Type.Scalar.BOOL -> "boolean";
            case Type.Scalar.I64 -> "bigint";
            case Type.Scalar _ -> "number";
            case Type.Text _ -> "string";
            case Type.Bytes _ -> "Uint8Array";
            case Type.TensorOf(ElementType element) -> tensor(element);
            case Type.ListOf(Type element) -> list(element);
            case Type.MapOf(Type value) -> "Map<string, " + text(value) + ">";
            case Type.Callback(Type argument, Type result) ->
                "((argument: " + text(argument) + ") => " + text(result) + " | Promise<" + text(result) + ">)";
            case Type.Named(String name) -> written(name);
        };
    }

    private String list(Type element) {
        return element instanceof Type.Scalar scalar && scalar != Type.Scalar.BOOL
                ? switch (scalar) {
                    case BOOL -> "boolean[]";
                    case I8 -> "Int8Array";
                    case I16 -> "Int16Array";
                    case I32 -> "Int32Array";
                    case I64 -> "BigInt64Array";
                    case F32 -> "Float32Array";
                    case F64 -> "Float64Array";
                }
                : text(element) + "[]";
    }

    private static String tensor(@Nullable ElementType element) {
        if (element == null) {
            return "Tensor";
        }
        String data = switch (element) {
            case BOOL, U8 -> "Uint8Array";
            case I8 -> "Int8Array";
            case I16 -> "Int16Array";
            case I32 -> "Int32Array";
            case I64 -> "BigInt64Array";
            // JavaScript has no such arrays everywhere: the bits.
            case F16, BF16 -> "Uint16Array";
            case F32 -> "Float32Array";
            case F64 -> "Float64Array";
        };
        return "Tensor<\"" + element.name().toLowerCase(java.util.Locale.ROOT) + "\", " + data + ">";
    }
}
