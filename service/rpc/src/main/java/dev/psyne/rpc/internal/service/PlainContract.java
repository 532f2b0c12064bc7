package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.PlainCodecs;
import dev.psyne.rpc.internal.codec.PlainValues;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How plain values are messages of a schema's methods. Any thread may call. */
final class PlainContract {
    private final Map<String, Definition> definitions;
    private final PlainCodecs codecs;
    private final PlainValues values;

    PlainContract(Schema schema) {
        this.definitions = schema.definitions().stream()
                .collect(Collectors.toUnmodifiableMap(Definition::name, Function.identity()));
        this.codecs = new PlainCodecs(definitions);
        this.values = new PlainValues(definitions);
    }

    PlainValues values() {
        return values;
    }

    synchronized RecordCodec<@Nullable Object[]> arguments(Definition.Method method) {
        return codecs.parameters(new RecordOf(method.name(), method.parameters()));
    }

    /** A value as a message of its own: a record is the message, anything else the one field of it. */
    synchronized ValueMessage message(String where, Type type) {
        if (type instanceof Type.Named(String name) && definitions.get(name) instanceof RecordOf) {
            return new WholeRecord(codecs.record(name));
        }
        RecordOf alone = new RecordOf(where, List.of(new Field(1, type, "value", false)));
        return new OnlyField(codecs.parameters(alone));
    }

    /** A record that is the message. What it holds is said to lie in it, for its type is not looked into. */
    private record WholeRecord(RecordCodec<Object> codec) implements ValueMessage {
        @Override
        public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
            return codec.encode(Objects.requireNonNull(value), writer);
        }

        @Override
        public Object decode(MessageReader reader) {
            return codec.decode(reader);
        }

        @Override
        public boolean isInPlace() {
            return true;
        }
    }

    /** A value that is the one field of the message. */
    private record OnlyField(RecordCodec<@Nullable Object[]> codec) implements ValueMessage {
        @Override
        public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
            return codec.encode(new @Nullable Object[] {value}, writer);
        }

        @Override
        public @Nullable Object decode(MessageReader reader) {
            return codec.decode(reader)[0];
        }

        @Override
        public boolean isInPlace() {
            return true;
        }
    }
}
