package dev.psyne.rpc.internal.schema;

import dev.psyne.tensor.ElementType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The words of the language and the names beside them. */
public final class Words {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

    private static final Map<String, Type.Scalar> SCALARS =
            Arrays.stream(Type.Scalar.values()).collect(Collectors.toMap(Type.Scalar::word, Function.identity()));
    private static final Map<String, ElementType> ELEMENTS =
            Arrays.stream(ElementType.values()).collect(Collectors.toMap(Words::of, Function.identity()));
    private static final Set<String> RESERVED = reserved();

    private Words() {}

    private static Set<String> reserved() {
        Set<String> all = new HashSet<>(List.of(
                "package",
                "record",
                "enum",
                "service",
                "idempotent",
                "stream",
                "string",
                "bytes",
                "tensor",
                "list",
                "map",
                "callback"));
        all.addAll(SCALARS.keySet());
        all.addAll(ELEMENTS.keySet());
        return Set.copyOf(all);
    }

    /** An element type's word. */
    public static String of(ElementType element) {
        return element.name().toLowerCase(Locale.ROOT);
    }

    static @Nullable ElementType element(String word) {
        return ELEMENTS.get(word);
    }

    static Type.@Nullable Scalar scalar(String word) {
        return SCALARS.get(word);
    }

    /** Whether no record, enum or service may have it as its name. */
    static boolean isReserved(String word) {
        return RESERVED.contains(word);
    }

    /** Whether it may name anything. */
    static boolean isName(String text) {
        return text.length() <= SchemaLimits.MAX_NAME_LENGTH
                && NAME.matcher(text).matches();
    }
}
