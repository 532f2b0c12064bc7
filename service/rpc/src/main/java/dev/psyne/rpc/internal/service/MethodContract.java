package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Inline;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.JavaService.JavaMethod;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One method of a Java service and how its messages are written and read in one of the encodings.
 *
 * @param number its place in the schema
 * @param arguments of the parameters, in the order of the schema
 * @param input of the items that the caller streams, if it does
 * @param output of the result, or of the items that the callee streams; null if the encoding has nothing for no result
 * @param callbacks of those that its arguments may hold; null if they hold none
 * @param isInPlace whether what its arguments hold lies in their message
 * @param isInline whether it runs on the thread that reads
 */
public record MethodContract(
        int number,
        JavaMethod java,
        ArgumentsMessage arguments,
        @Nullable ValueMessage input,
        @Nullable ValueMessage output,
        @Nullable CallbackContracts callbacks,
        boolean isInPlace,
        boolean isInline) {
    static MethodContract of(
            int number,
            JavaMethod java,
            Encoding encoding,
            CallbackContracts callbacks,
            Map<String, Definition> definitions) {
        Definition.Method definition = java.definition();
        java.lang.reflect.Type[] held = java.method().getGenericParameterTypes();
        List<java.lang.reflect.Type> types =
                java.positions().stream().map(position -> held[position]).toList();
        Type input = definition.input();
        Output output = definition.output();
        String where = definition.name();
        return new MethodContract(
                number,
                java,
                encoding.arguments(definition, types),
                input == null ? null : encoding.value(where + ".items", input, argument(held[held.length - 1])),
                output == null
                        ? encoding.nothing()
                        : encoding.value(where + ".result", output.type(), result(java.method(), output)),
                isIn(definition, TypeSearch.callbacks(definitions)) ? callbacks : null,
                isIn(definition, TypeSearch.inPlace(definitions)),
                isInline(java, isIn(definition, TypeSearch.callbacks(definitions))));
    }

    private static boolean isInline(JavaMethod java, boolean takesCallbacks) {
        boolean is = java.method().isAnnotationPresent(Inline.class);
        Output output = java.definition().output();
        if (is && (takesCallbacks || java.definition().input() != null || (output != null && output.streamed()))) {
            throw new SchemaException(
                    java.method() + " is marked @Inline and has a stream or a callback, which it would"
                            + " wait for: take the mark away");
        }
        return is;
    }

    /** Whether it has no result. */
    boolean givesNothing() {
        return java.definition().output() == null;
    }

    /** As the schema says it. */
    public String name() {
        return java.definition().name();
    }

    /** Whether the caller sends items. */
    public boolean streamsInput() {
        return input != null;
    }

    /** Whether it may be called twice. */
    public boolean isIdempotent() {
        return java.definition().idempotent();
    }

    /** Whether it gives items. */
    public boolean streamsOutput() {
        return java.definition().output() != null && java.definition().output().streamed();
    }

    private static boolean isIn(Definition.Method definition, TypeSearch wanted) {
        return definition.parameters().stream().anyMatch(field -> wanted.isIn(field.type()));
    }

    private static java.lang.reflect.Type result(Method method, Output output) {
        return output.streamed() ? argument(method.getGenericReturnType()) : method.getGenericReturnType();
    }

    /** Of {@link Items}. */
    private static java.lang.reflect.Type argument(java.lang.reflect.Type items) {
        return ((ParameterizedType) items).getActualTypeArguments()[0];
    }
}
