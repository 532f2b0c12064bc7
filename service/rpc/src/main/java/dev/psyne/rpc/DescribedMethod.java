package dev.psyne.rpc;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of a method, with types as docs/schema.md writes them. Immutable.
 *
 * @param parameters in the order of their numbers
 * @param items the type of the items that the caller streams; null if it streams none
 * @param result the type of the result, or of the items that the callee streams; null if nothing is given back
 * @param streams whether the callee streams
 */
public record DescribedMethod(
        String name,
        List<Parameter> parameters,
        @Nullable String items,
        @Nullable String result,
        boolean streams) {
    /** Keeps no list of others. */
    public DescribedMethod {
        parameters = List.copyOf(parameters);
    }

    /** A parameter; one that is {@code optional} may be left out. */
    public record Parameter(String name, String type, boolean optional) {
        @Override
        public String toString() {
            return type + " " + name + (optional ? "?" : "");
        }
    }

    /** As a schema has it, without the numbers. */
    @Override
    public String toString() {
        String given = parameters.stream().map(Parameter::toString).collect(Collectors.joining(", "));
        String streamed = items == null ? "" : (given.isEmpty() ? "" : ", ") + "stream " + items;
        String gives = result == null ? "" : " -> " + (streams ? "stream " : "") + result;
        return name + "(" + given + streamed + ")" + gives;
    }
}
