package dev.psyne.rpc.internal.schema.generate;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.tensor.ElementType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What types and names of a schema are in Python. */
final class PythonTypes {
    private static final Set<String> KEYWORDS = Escapes.words("""
            False None True and as assert async await break class continue def del elif else except finally for
            from global if import in is lambda nonlocal not or pass raise return try while with yield""");

    /** Of fields, methods and modules. */
    static final Escapes WORDS = new Escapes(KEYWORDS);

    /** Of parameters. */
    static final Escapes PARAMETER_WORDS = new Escapes(with(List.of("self")));

    /** Of an enum's values: {@code mro} is every class's. */
    static final Escapes ENUM_WORDS = new Escapes(with(List.of("mro", "name", "value")));

    private final Map<String, String> written;
    private final Escapes asyncEscapes;

    PythonTypes(Schema schema) {
        Set<String> names = schema.definitions().stream().map(Definition::name).collect(Collectors.toSet());
        Set<String> taken = with(List.of("int", "float", "str"));
        for (Exchanged each : Exchanged.of(schema)) {
            taken.add(each.schemaName());
            taken.add(each.fingerprintName());
        }
        Escapes escapes = new Escapes(taken);
        written = names.stream().collect(Collectors.toMap(Function.identity(), name -> escapes.of(name, names)));
        asyncEscapes = new Escapes(Set.copyOf(written.values()));
    }

    /** A definition's name. */
    String written(String name) {
        return written.getOrDefault(name, name);
    }

    /** The name of a service whose calls are awaited. */
    String asyncWritten(String name) {
        return asyncEscapes.of("Async" + name, written.values());
    }

    /** A parameter's type hint: a callback of who awaits may be awaited too. */
    String parameter(Type type, boolean isAsync) {
        if (isAsync && type instanceof Type.Callback(Type argument, Type result)) {
            String given = hint(result);
            return "_abc.Callable[[" + hint(argument) + "], " + given + " | _abc.Awaitable[" + given + "]]";
        }
        return hint(type);
    }

    /** A type hint. */
    String hint(Type type) {
        return switch (type) {
            case Type.Scalar scalar ->
                switch (scalar) {
                    case BOOL -> "bool";
                    case I8, I16, I32, I64 -> "int";
                    case F32, F64 -> "float";
                };
            case Type.Text _ -> "str";
            case Type.Bytes _ -> "bytes | memoryview";
            case Type.TensorOf(ElementType element) ->
                "_arrays.NDArray[" + (element == null ? "_typing.Any" : "_numpy." + array(element)) + "]";
            case Type.ListOf(Type element) -> "_abc.Sequence[" + hint(element) + "]";
            case Type.MapOf(Type value) -> "_abc.Mapping[str, " + hint(value) + "]";
            case Type.Callback(Type argument, Type result) ->
                "_abc.Callable[[" + hint(argument) + "], " + hint(result) + "]";
            case Type.Named(String name) -> written(name);
        };
    }

    private static String array(ElementType element) {
        return switch (element) {
            case BOOL -> "bool_";
            case U8 -> "uint8";
            case I8 -> "int8";
            case I16 -> "int16";
            case I32 -> "int32";
            case I64 -> "int64";
            case F16 -> "float16";
            // numpy has no such type: the bits.
            case BF16 -> "uint16";
            case F32 -> "float32";
            case F64 -> "float64";
        };
    }

    private static Set<String> with(List<String> more) {
        Set<String> all = new HashSet<>(KEYWORDS);
        all.addAll(more);
        return all;
    }
}
