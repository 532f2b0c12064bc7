package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.GeneratedCodecs;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.codec.RecordCodecs;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The encoding {@code layout}: a record is the message, anything else the one field of it. */
final class LayoutEncoding implements Encoding {
    private final RecordCodecs codecs;
    private final TypeSearch inPlace;

    /** Of a service's definitions, by their names. */
    LayoutEncoding(Map<String, Definition> definitions) {
        this.codecs = new GeneratedCodecs(definitions);
        this.inPlace = TypeSearch.inPlace(definitions);
    }

    @Override
    public ArgumentsMessage arguments(Definition.Method method, List<java.lang.reflect.Type> held) {
        return new Arguments(codecs.parameters(new RecordOf(method.name(), method.parameters()), held));
    }

    @Override
    public ValueMessage value(String where, Type type, java.lang.reflect.Type held) {
        if (type instanceof Type.Named(String named) && held instanceof Class<?> record && record.isRecord()) {
            return new Value(codecs.of(named, record.asSubclass(Record.class)), true, inPlace.isIn(type));
        }
        RecordOf alone = new RecordOf(where, List.of(new Field(1, type, "value", false)));
        return new Value(codecs.parameters(alone, List.of(held)), false, inPlace.isIn(type));
    }

    @Override
    public @Nullable ValueMessage nothing() {
        return null;
    }

    private record Arguments(RecordCodec<@Nullable Object[]> codec) implements ArgumentsMessage {
        @Override
        public MemorySegment encode(@Nullable Object[] arguments, MessageWriter writer) {
            return codec.encode(arguments, writer);
        }

        @Override
        public @Nullable Object[] decode(MessageReader reader) {
            return codec.decode(reader);
        }
    }

    private record Value(RecordCodec<?> codec, boolean isRecord, boolean isInPlace) implements ValueMessage {
        @Override
        @SuppressWarnings("unchecked")
        public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
            Object given = MessageWriter.required(value, "a message");
            return isRecord
                    ? ((RecordCodec<Object>) codec).encode(given, writer)
                    : ((RecordCodec<Object[]>) codec).encode(new Object[] {given}, writer);
        }

        @Override
        public Object decode(MessageReader reader) {
            return isRecord ? codec.decode(reader) : ((Object[]) codec.decode(reader))[0];
        }
    }
}
