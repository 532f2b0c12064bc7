package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codecs of a schema for values without classes of their own: a record is a {@code Map} by field names, an enum the name of its
 * constant; all else is as {@link PlainValues} makes it. Not for several threads at once.
 */
public final class PlainCodecs {
    private final Map<String, Definition> definitions;
    private final Map<String, RecordCodec<Object>> made = new HashMap<>();

    /** Of these definitions, by their names. */
    public PlainCodecs(Map<String, Definition> definitions) {
        this.definitions = Map.copyOf(definitions);
    }

    /** The codec of parameters, whose values stand in the order of the fields. */
    @SuppressWarnings("unchecked")
    public RecordCodec<@Nullable Object[]> parameters(Definition.RecordOf record) {
        return (RecordCodec<@Nullable Object[]>) (RecordCodec<?>) fields(record);
    }

    /**
     * The codec of a record as a {@code Map}.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public RecordCodec<Object> record(String name) {
        RecordCodec<Object> known = made.get(name);
        if (known != null) {
            return known;
        }
        if (!(definitions.get(name) instanceof Definition.RecordOf record)) {
            throw new IllegalArgumentException("the schema has no record " + name);
        }
        LateCodec late = new LateCodec();
        made.put(name, late);
        RecordCodec<Object> codec = new MapRecordCodec(record, fields(record));
        late.become(codec);
        made.put(name, codec);
        return codec;
    }

    private RecordCodec<Object> fields(Definition.RecordOf record) {
        RecordLayout layout = RecordLayout.of(record, definitions);
        List<RecordBinding.FieldBinding> fields = new ArrayList<>();
        for (RecordLayout.Slot slot : layout.slots()) {
            String where = record.name() + "." + slot.field().name();
            fields.add(new RecordBinding.FieldBinding(
                    slot, fields.size(), Object.class, of(slot.field().type(), where), where));
        }
        RecordBinding binding = new RecordBinding(record, layout, Object[].class, fields);
        return new ReferenceCodec(binding, RecordHandles.of(binding));
    }

    private ValueCodec of(Type type, String where) {
        return switch (type) {
            case Type.Scalar scalar -> ScalarCodec.of(scalar);
            case Type.Text _ -> new ValueCodec.Text();
            case Type.Bytes _ -> new ValueCodec.Bytes();
            case Type.TensorOf(var element) -> new TensorCodec(element);
            case Type.ListOf(Type element) -> new ListCodec(of(element, where));
            case Type.MapOf(Type value) -> new MapCodec(of(value, where));
            case Type.Callback _ ->
                throw new IllegalArgumentException(where + ": is a callback, which only a program can give or take");
            case Type.Named(String name) ->
                definitions.get(name) instanceof Definition.EnumOf constants
                        ? EnumNameCodec.of(constants)
                        : new ValueCodec.Nested(record(name));
        };
    }

    /** A record as a map; an absent field is not in it. */
    private static final class MapRecordCodec extends RecordCodec<Object> {
        private final Definition.RecordOf record;
        private final RecordCodec<Object> fields;

        private MapRecordCodec(Definition.RecordOf record, RecordCodec<Object> fields) {
            this.record = record;
            this.fields = fields;
        }

        @Override
        public long write(Object value, MessageWriter writer) {
            Map<?, ?> map = (Map<?, ?>) value;
            return fields.write(
                    record.fields().stream().map(field -> map.get(field.name())).toArray(), writer);
        }

        @Override
        public Object read(MessageReader reader, long at) {
            @Nullable Object[] values = (Object[]) fields.read(reader, at);
            return PlainValues.map(record, values);
        }
    }
}
