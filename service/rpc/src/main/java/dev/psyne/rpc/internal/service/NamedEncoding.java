package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.NamedCodec;
import dev.psyne.rpc.internal.codec.NamedMessage;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.codec.ReferenceCodecs;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The encoding {@code named}: MessagePack by the names of a schema that the caller need not know. */
final class NamedEncoding implements Encoding {
    private static final String VALUE = "value";

    private final ReferenceCodecs codecs;
    private final TypeSearch inPlace;

    /** Of a service's definitions, by their names. */
    NamedEncoding(Map<String, Definition> definitions) {
        this.codecs = new ReferenceCodecs(definitions);
        this.inPlace = TypeSearch.inPlace(definitions);
    }

    @Override
    public ArgumentsMessage arguments(Definition.Method method, List<java.lang.reflect.Type> held) {
        return new NamedArguments(method, codecs.parameters(new RecordOf(method.name(), method.parameters()), held));
    }

    @Override
    public ValueMessage value(String where, Type type, java.lang.reflect.Type held) {
        RecordOf alone = new RecordOf(where, List.of(new Field(1, type, VALUE, false)));
        return new Value(where, codecs.parameters(alone, List.of(held)), inPlace.isIn(type));
    }

    @Override
    public ValueMessage nothing() {
        return Nil.NIL;
    }

    private record Value(String where, RecordCodec<@Nullable Object[]> codec, boolean isInPlace)
            implements ValueMessage {
        @Override
        public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
            Map<String, Object> alone =
                    NamedCodec.of(codec, writer.references()).map(new @Nullable Object[] {value});
            return NamedMessage.encode(alone.get(VALUE), writer);
        }

        @Override
        public @Nullable Object decode(MessageReader reader) {
            Object named = NamedMessage.decode(reader, where);
            if (named == null) {
                throw new BrokenMessageException(where, "is nil");
            }
            return NamedCodec.of(codec, reader.references()).value(Map.of(VALUE, named))[0];
        }
    }

    /** What a method without a result gives. */
    private enum Nil implements ValueMessage {
        NIL;

        @Override
        public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
            return NamedMessage.encode(null, writer);
        }

        @Override
        public @Nullable Object decode(MessageReader reader) {
            return null;
        }

        @Override
        public boolean isInPlace() {
            return false;
        }
    }
}
