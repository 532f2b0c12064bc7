package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.NamedCodec;
import dev.psyne.rpc.internal.codec.NamedMessage;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.codec.UntypedValues;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method's arguments as {@code [positional, {name: value}]}. Who streams says so behind the last parameter, or under the name
 * {@code items}.
 */
record NamedArguments(Definition.Method method, RecordCodec<@Nullable Object[]> codec) implements ArgumentsMessage {
    private static final String ITEMS = "items";

    /** Of what a peer has written, in an error. */
    private static final int MAX_TOLD_CHARS = 64;

    @Override
    public MemorySegment encode(@Nullable Object[] arguments, MessageWriter writer) {
        Map<String, Object> named = NamedCodec.of(codec, writer.references()).map(arguments);
        List<@Nullable Object> positional = new ArrayList<>();
        for (Field parameter : method.parameters()) {
            positional.add(named.get(parameter.name()));
        }
        if (method.input() != null) {
            positional.add(UntypedValues.STREAM);
        }
        return NamedMessage.encode(List.of(positional, Map.of()), writer);
    }

    @Override
    public @Nullable Object[] decode(MessageReader reader) {
        if (!(NamedMessage.decode(reader, method.name()) instanceof List<?> both)
                || both.size() != 2
                || !(both.get(0) instanceof List<?> positional)
                || !(both.get(1) instanceof Map<?, ?> named)) {
            throw broken("arguments are [positional, {name: value}]");
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        List<String> names = names();
        if (positional.size() > names.size()) {
            throw broken("takes " + names.size() + " arguments, not " + positional.size() + ": " + names);
        }
        for (int i = 0; i < positional.size(); i++) {
            values.put(names.get(i), positional.get(i));
        }
        named.forEach((key, value) -> {
            String name = (String) key;
            if (!names.contains(name) || values.containsKey(name)) {
                throw broken("has no parameter '" + name.substring(0, Math.min(name.length(), MAX_TOLD_CHARS))
                        + "', or it was given twice; there are " + names);
            }
            values.put(name, value);
        });
        if (method.input() != null && !UntypedValues.STREAM.equals(values.remove(ITEMS))) {
            throw broken("takes a stream behind its parameters, or as 'items'");
        }
        return NamedCodec.of(codec, reader.references()).value(values);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        method.parameters().forEach(parameter -> names.add(parameter.name()));
        if (method.input() != null) {
            names.add(ITEMS);
        }
        return names;
    }

    private BrokenMessageException broken(String what) {
        return new BrokenMessageException(method.name(), what);
    }
}
