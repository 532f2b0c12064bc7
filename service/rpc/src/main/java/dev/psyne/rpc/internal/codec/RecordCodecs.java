package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the codecs of a schema's records, each once; those of parameters whenever they are asked for. Fields and a record's components find each other by name. Safe for any
 * threads; making takes a lock, using takes none.
 */
public abstract sealed class RecordCodecs permits GeneratedCodecs, ReferenceCodecs {
    private record Key(String definition, Class<?> type) {}

    private final Map<String, Definition> definitions;
    private final ValueCodecs values;
    private final Map<Key, RecordCodec<Object>> made = new HashMap<>();

    RecordCodecs(Map<String, Definition> definitions) {
        this.definitions = Map.copyOf(definitions);
        this.values = new ValueCodecs(this.definitions, this::codec);
    }

    /**
     * The codec of a record.
     *
     * @param definition its name in the schema
     * @param type the Java record, with a component for each field and no more
     * @throws IllegalArgumentException if the class does not fit the definition
     */
    @SuppressWarnings("unchecked")
    public final <T extends Record> RecordCodec<T> of(String definition, Class<T> type) {
        if (!(definitions.get(definition) instanceof Definition.RecordOf record)) {
            throw new IllegalArgumentException("the schema has no record " + definition);
        }
        return (RecordCodec<T>) (RecordCodec<?>) codec(record, type);
    }

    /**
     * The codec of a method's parameters, or of one value as the field of a record of its own.
     *
     * @param parameters their fields
     * @param types of the values, in the order of the fields; those of numbers may be primitive
     * @throws IllegalArgumentException if a type does not hold the field's values
     */
    @SuppressWarnings("unchecked")
    public final RecordCodec<@Nullable Object[]> parameters(
            Definition.RecordOf parameters, List<? extends Type> types) {
        if (types.size() != parameters.fields().size()) {
            throw new IllegalArgumentException(parameters.name() + ": " + types.size() + " Java types for "
                    + parameters.fields().size() + " fields");
        }
        synchronized (made) {
            RecordLayout layout = RecordLayout.of(parameters, definitions);
            List<RecordBinding.FieldBinding> fields = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                fields.add(field(parameters, layout.slots().get(i), i, types.get(i), true));
            }
            RecordBinding binding = new RecordBinding(parameters, layout, Object[].class, fields);
            return (RecordCodec<@Nullable Object[]>) (RecordCodec<?>) make(binding);
        }
    }

    private RecordCodec<Object> codec(Definition.RecordOf definition, Class<?> type) {
        synchronized (made) {
            Key key = new Key(definition.name(), type);
            RecordCodec<Object> known = made.get(key);
            if (known != null) {
                return known;
            }
            LateCodec late = new LateCodec();
            made.put(key, late);
            try {
                RecordCodec<Object> codec = make(bind(definition, type));
                late.become(codec);
                made.put(key, codec);
                return codec;
            } catch (RuntimeException failure) {
                made.remove(key);
                throw failure;
            }
        }
    }

    private RecordBinding bind(Definition.RecordOf definition, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        RecordLayout layout = RecordLayout.of(definition, definitions);
        if (components.length != definition.fields().size()) {
            throw new IllegalArgumentException(type + " has " + components.length + " components, record "
                    + definition.name() + " " + definition.fields().size() + " fields; generate it again");
        }
        List<RecordBinding.FieldBinding> fields = new ArrayList<>();
        for (RecordLayout.Slot slot : layout.slots()) {
            int index = index(components, slot.field(), definition);
            fields.add(field(definition, slot, index, components[index].getGenericType(), false));
        }
        return new RecordBinding(definition, layout, type, fields);
    }

    private static int index(RecordComponent[] components, Field field, Definition.RecordOf definition) {
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        int index = names.indexOf(field.name());
        if (index < 0) {
            throw new IllegalArgumentException(
                    definition.name() + "." + field.name() + ": the Java record has only " + names);
        }
        return index;
    }

    private RecordBinding.FieldBinding field(
            Definition.RecordOf definition, RecordLayout.Slot slot, int index, Type held, boolean isBoxed) {
        String where = definition.name() + "." + slot.field().name();
        ValueCodec codec = values.of(slot.field().type(), held, where);
        Class<?> raw = ValueCodecs.raw(held, where);
        if (raw.isPrimitive() && slot.field().optional()) {
            throw new IllegalArgumentException(where + ": is optional; " + raw + " cannot be null, use its wrapper");
        }
        return new RecordBinding.FieldBinding(slot, index, isBoxed ? boxed(codec, raw) : raw, codec, where);
    }

    private static Class<?> boxed(ValueCodec codec, Class<?> type) {
        return codec instanceof ScalarCodec scalar ? scalar.boxed() : type;
    }

    abstract RecordCodec<Object> make(RecordBinding binding);
}
